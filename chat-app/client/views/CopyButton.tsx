import { useState } from 'react';

/** Copies a text, and says whether that went well. */
export function CopyButton({ word, text }: { word: string; text: string }) {
  const [said, setSaid] = useState('');
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('The browser does not allow it: select it and copy it by hand'),
    );
  return (
    <>
      <button className="inline-button" type="button" onClick={copy}>
        {word}
      </button>{' '}
      <span role="status">{said}</span>
    </>
  );
}
