/** The built page names the hash of everything that it loads, and the build the hash of everything that it is. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { listOf, withIntegrity } from '../../../chat-app/client/publish.ts';
import { buildHash } from '../../../chat-app/client/session/build.ts';
import { folderWith } from '../../support/folder.ts';

const files: Record<string, string> = { 'assets/a.js': 'one', 'assets/b.js': 'two', 'assets/c.css': 'three' };
const read = (name: string) => Buffer.from(files[name] ?? '');
const sha384 = (text: string) => `sha384-${createHash('sha384').update(text).digest('base64')}`;

test('scripts and styles get the hash of what they are, and scripts that others load are named too', () => {
  const html = `<html>
  <head>
    <script type="module" crossorigin src="/assets/a.js"></script>
    <link rel="stylesheet" crossorigin href="/assets/c.css">
  </head>
</html>`;
  expect(withIntegrity(html, ['assets/a.js', 'assets/b.js'], read)).toBe(`<html>
  <head>
    <script type="module" crossorigin src="/assets/a.js" integrity="${sha384('one')}"></script>
    <link rel="stylesheet" crossorigin href="/assets/c.css" integrity="${sha384('three')}">
    <link rel="modulepreload" crossorigin href="/assets/b.js" integrity="${sha384('two')}">
  </head>
</html>`);
});

test('the list is what sha256sum prints, and its hash is what the page computes', async () => {
  const dir = folderWith({ ...files, 'index.html': '<html></html>', 'build.json': 'not itself' });
  const { files: listed, hash } = listOf(dir);
  const paths = Object.keys(listed);
  expect(paths).toEqual(['assets/a.js', 'assets/b.js', 'assets/c.css', 'index.html']);
  const printed = spawnSync('sha256sum', paths, { cwd: dir, encoding: 'utf8' }).stdout;
  expect(createHash('sha256').update(printed).digest('hex')).toBe(hash);
  expect(await buildHash(listed)).toBe(hash);
});
