import { Icon } from './Icon.tsx';

export interface InsecureProps {
  /** The https address to open instead, with the invitation in it. */
  address: string;
}

/** What stands here alone when the browser withholds encryption: nothing was made, nothing was asked. */
export function Insecure({ address }: InsecureProps) {
  return (
    <main className="entrance">
      <div className="wall" role="alert">
        <p className="wall-code">
          <Icon name="open" /> insecure-context
        </p>
        <h1>This address cannot keep a secret</h1>
        <p>
          You opened the chat over plain <b>http</b>. Browsers switch encryption off there, so nothing was sent and
          nobody was told that you are here.
        </p>
        <p className="wall-do">Open this address instead:</p>
        <a className="button primary wide" href={address}>
          {address.replace(/#.*$/, '')}
        </a>
        <p className="hint">
          Your invitation moves along with it. A different name for the http address does not help.
        </p>
        <details>
          <summary>I run this server</summary>
          <p>Give the relay a certificate, or reach it from this machine:</p>
          <pre>bytechat open</pre>
          <p>It forwards a port to localhost, where browsers allow encryption.</p>
        </details>
      </div>
    </main>
  );
}
