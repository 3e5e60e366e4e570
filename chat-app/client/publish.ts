/** What makes a built page comparable: a hash at each file that the page loads, and a list of all files with theirs. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Plugin } from 'vite';

/** Writes integrity into index.html, then build.json: `{ files: { path: SHA-256 }, hash }`. */
export const publish = (): Plugin => ({
  name: 'publish',
  apply: 'build',
  writeBundle: ({ dir }, bundle) => {
    if (dir === undefined) throw new TypeError('the build goes to no folder');
    const scripts = Object.keys(bundle).filter(name => name.endsWith('.js'));
    const page = join(dir, 'index.html');
    writeFileSync(
      page,
      withIntegrity(readFileSync(page, 'utf8'), scripts, name => readFileSync(join(dir, name))),
    );
    writeFileSync(join(dir, 'build.json'), `${JSON.stringify(listOf(dir), null, 2)}\n`);
  },
});

type Read = (name: string) => Uint8Array;

/** Also scripts that are loaded by other scripts: a browser then takes only these. */
export function withIntegrity(html: string, scripts: readonly string[], read: Read): string {
  const unnamed = scripts.filter(name => !html.includes(`"/${name}"`));
  const links = unnamed.map(name => `    <link rel="modulepreload" crossorigin href="/${name}">\n`);
  const whole = html.replace('  </head>', `${links.join('')}  </head>`);
  return whole.replace(
    / (?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g,
    (found, name: string) => `${found} integrity="${integrity(read(name))}"`,
  );
}

const integrity = (bytes: Uint8Array): string => `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

/** The hash is of what `sha256sum` prints for the files, in the order of their paths. */
export function listOf(dir: string): { files: Record<string, string>; hash: string } {
  const paths = filesIn(dir)
    .filter(path => path !== 'build.json')
    .sort();
  const files = Object.fromEntries(paths.map(path => [path, sha256(readFileSync(join(dir, path)))]));
  return { files, hash: sha256(paths.map(path => `${files[path]}  ${path}\n`).join('')) };
}

const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(dir, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');
