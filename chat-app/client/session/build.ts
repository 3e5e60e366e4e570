/** What the page is made of: `build.json` lists each file with its SHA-256, and one hash over the list. */
import { utf8 } from '../../protocol/bytes.ts';
import { hex } from '../../protocol/text.ts';
import { sha256 } from '../crypto/primitives.ts';

export interface Build {
  /** SHA-256 by path, hexadecimal. */
  files: Record<string, string>;
}

export type PageBuild =
  | { kind: 'same'; hash: string }
  /** This file is not what the list says. */
  | { kind: 'other'; path: string }
  | { kind: 'unknown' };

/** Computed from the files as they are served now; fails as `ask` does. */
export async function readBuild(ask: typeof fetch): Promise<PageBuild> {
  const answer = await ask('/build.json');
  if (!answer.ok) return { kind: 'unknown' };
  const { files } = (await answer.json()) as Build;
  for (const [path, expected] of Object.entries(files)) {
    const file = await ask(path === 'index.html' ? '/' : `/${path}`);
    const found = file.ok && hex(await sha256(new Uint8Array(await file.arrayBuffer())));
    if (found !== expected) return { kind: 'other', path };
  }
  return { kind: 'same', hash: await buildHash(files) };
}

/** Of what `sha256sum` prints for the files, in the order of their paths. */
export async function buildHash(files: Build['files']): Promise<string> {
  const lines = Object.keys(files)
    .sort()
    .map(path => `${files[path]}  ${path}\n`);
  return hex(await sha256(utf8(lines.join(''))));
}
