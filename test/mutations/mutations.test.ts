/**
 * Takes each step out once with which the client's cryptography makes sure of something, and sees the named test fail.
 * A step that the table does not name fails here too, as far as it can be told by how it is written.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { thorough } from '../support/thorough.ts';
import { root, runTests, tidy } from './run.ts';
import { noSteps, type Step, steps } from './steps.ts';

afterAll(tidy);

const sourceOf = (file: string): string => readFileSync(join(root, 'chat-app', file), 'utf8');

const all = Object.entries(steps).flatMap(([file, of]) => of.map(step => ({ ...step, file })));
/** CI takes out each of them, a quick run one in six. */
const chosen = thorough ? all : all.filter((_, at) => at % 6 === 0);
const byTests = Object.groupBy(chosen, ({ red: [file] }) => file);

describe.each(Object.entries(byTests))('%s', (file, of = []) => {
  test('is green with every step in its place', { timeout: 60_000 }, async () => {
    const results = await runTests(file, undefined, names(of));
    expect(results.filter(({ error }) => error)).toEqual([]);
    expect(names(of).filter(part => !results.some(({ name }) => name.includes(part)))).toEqual([]);
  });

  test.each(of)('is red without: $name', { timeout: 60_000 }, async ({ file: source, find, put, red: [, name] }) => {
    const results = await runTests(file, { file: source, find, put }, [name]);
    expect(results.some(({ error }) => error !== undefined)).toBe(true);
  });
});

const names = (of: readonly Step[]): string[] => [...new Set(of.map(({ red: [, name] }) => name))];

test('what is taken out stands exactly once', () => {
  const texts = [...all, ...Object.entries(noSteps).flatMap(([file, of]) => of.map(([find]) => ({ file, find })))];
  expect(texts.filter(({ file, find }) => sourceOf(file).split(find).length !== 2)).toEqual([]);
});

/** Where something is made sure of, by how it is written. */
const LOOKS_LIKE_A_STEP =
  /\b(fail|stop|refuse|equal|verify|opened|mayWrite|checkIndex|checkTimes|checkBundle|dropOldKeys|isStuck|sharesLink|collides|alreadySeen|hasBegunAll)\(|\.end\(\)/g;
const DECLARES = /(function|const|=>|\.)\s*$/;

const files = [
  ...readdirSync(join(root, 'chat-app/client/crypto')).map(name => `client/crypto/${name}`),
  ...readdirSync(join(root, 'chat-app/protocol')).map(name => `protocol/${name}`),
];

/** Every place in a file that looks like a step and is in no text of the table. */
function unnamed(file: string): string[] {
  const source = sourceOf(file);
  const known = [...(steps[file] ?? []).map(({ find }) => find), ...(noSteps[file] ?? []).map(([text]) => text)];
  const spans = known.map(text => [source.indexOf(text), source.indexOf(text) + text.length] as const);
  const places = [...source.matchAll(LOOKS_LIKE_A_STEP)].map(({ index, 0: found }) => ({ index, found }));
  return places
    .filter(({ index, found }) => !isDeclared(source, index, found))
    .filter(({ index }) => !spans.some(([from, to]) => from <= index && index < to))
    .map(({ index }) => `${file}:${source.slice(0, index).split('\n').length} ${lineAt(source, index)}`);
}

const lineAt = (source: string, index: number): string =>
  source.slice(source.lastIndexOf('\n', index) + 1, source.indexOf('\n', index)).trim();

/** A declaration of such a function, a member of an interface, or a word in a comment. */
function isDeclared(source: string, index: number, found: string): boolean {
  const line = lineAt(source, index);
  if (found === '.end()') return false;
  return DECLARES.test(source.slice(0, index)) || /^(\*|\/\*\*|\/\/)/.test(line) || /\): \w+<?\w*>?;$/.test(line);
}

test('every step is in the table', () => {
  expect(files.flatMap(unnamed)).toEqual([]);
});
