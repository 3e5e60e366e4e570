/** What is no warning and may still be asked for. */
export function Details({ repeated }: { repeated: number }) {
  return (
    <details className="details">
      <summary>Details</summary>
      <p className="hint">{cameAgain(repeated)}</p>
      <p className="hint">
        <b>unchecked</b> at a line: whoever wrote it had not seen the last lines yet, so nobody could compare whether
        you both see the same history. It happens after a long time without a connection.
      </p>
      <p className="hint">
        <b>new key, not accepted</b> at a line: it came from a key that you have not compared or accepted yet.
      </p>
    </details>
  );
}

function cameAgain(count: number): string {
  if (count === 0) return 'Every line has come once.';
  const lines = count === 1 ? 'A line has come again. It is' : `${count} times a line has come again. Each is`;
  return `${lines} shown once: nobody can make you read a line as if it had been said twice.`;
}
