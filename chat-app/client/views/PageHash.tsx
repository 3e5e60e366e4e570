import { useEffect, useState } from 'react';
import { type PageBuild, readBuild } from '../session/build.ts';

/** What this page is made of, in one number that can be compared with the published one. */
export function PageHash() {
  const [build, setBuild] = useState<PageBuild>();
  useEffect(() => {
    readBuild(fetch.bind(globalThis)).then(setBuild, () => setBuild({ kind: 'unknown' }));
  }, []);
  return (
    <fieldset className="group">
      <legend>This page</legend>
      <Answer build={build} />
    </fieldset>
  );
}

function Answer({ build }: { build: PageBuild | undefined }) {
  switch (build?.kind) {
    case undefined:
      return <p className="hint">Reading the files of this page…</p>;
    case 'unknown':
      return <p className="hint">This page was not built for publishing, so there is no number to compare.</p>;
    case 'other':
      return (
        <p className="hint wrong" role="alert">
          This page is not what its list says: {build.path} is another file. Reload, and do not trust it if this stays.
        </p>
      );
    case 'same':
      return (
        <>
          <p className="build-hash">{build.hash}</p>
          <p className="hint">
            Computed here from the files that this relay serves. Compare it with the number of the version that you
            trust. Whoever serves the page could also change this line: compare on another device too.
          </p>
        </>
      );
  }
}
