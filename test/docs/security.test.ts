/** docs/security.md names only what is there, and is found from where people look. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/security.md');

test('what it links to and what it names is there', () => {
  const links = [...page.matchAll(/\]\((?!#|https?:)([^)]+)\)/g)].map(([, path = '']) => join('docs', path));
  const named = [...page.matchAll(/`([\w/.-]+\.test\.ts)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(6);
  expect([...links, ...named].filter(path => !existsSync(join(root, path)))).toEqual([]);
});

test('README and the protocol lead to it', () => {
  expect(read('README.md')).toContain('(docs/security.md)');
  expect(read('docs/protocol.md')).toContain('(security.md)');
});
