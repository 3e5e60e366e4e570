import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codes } from '../../src/core/problem.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/problems.md'), 'utf8');

test('the page names every code with its exit code, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (\d+) \|/gm)].map(([, code, exit]) => [code, Number(exit)]);
  expect(Object.fromEntries(rows)).toEqual(codes);
  expect(rows.length).toBe(Object.keys(codes).length);
});
