/** What the chat does and does not do, in a few honest sentences. */
export function HowItWorks() {
  return (
    <details>
      <summary>How it works</summary>
      <p>
        Every line is sealed in your browser for exactly the people who are in the room at that moment, with a fresh key
        for each line. The relay passes on what it cannot read: it sees the names, who is there, when somebody writes
        and roughly how much, and nothing of what.
      </p>
      <p>
        The part of the invitation after # is the room’s secret. Browsers never send it to a server, so only people with
        the link get in. Whoever comes later cannot read what was written before.
      </p>
      <p>
        Nobody outside the project has audited this. Whoever serves this page could serve another program: use an
        address that you trust.
      </p>
      <p>
        The face is JetBrains Mono, <a href="/jetbrains-mono-licence.txt">SIL Open Font License 1.1</a>.
      </p>
    </details>
  );
}
