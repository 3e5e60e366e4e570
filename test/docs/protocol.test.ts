/** docs/protocol.md says what the code says: its codes, its numbers, its sections, its files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOCAL_CODES, WIRE_CODES } from '../../chat-app/protocol/failure.ts';
import * as limits from '../../chat-app/protocol/limits.ts';
import { LEAVE } from '../../chat-app/protocol/log.ts';
import vectors from '../vectors/e2ee.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/protocol.md'), 'utf8');

/** Each with its number and title, without what is before the first. */
const sections = page
  .split(/^## (?=\d)/m)
  .slice(1)
  .map(text => ({ number: Number.parseInt(text, 10), title: text.split('\n', 1)[0] ?? '', text }));

const section = (number: number): string => sections.find(each => each.number === number)?.text ?? '';

/** The cells of every row of a section's tables, heads left out. */
const rows = (text: string): string[][] =>
  [...text.matchAll(/^\|(.*)\|$/gm)]
    .map(([, row = '']) => row.split('|').map(cell => cell.trim()))
    .filter(cells => !cells.every(cell => /^-+$/.test(cell)));

const codesIn = (text: string): string[] => [...text.matchAll(/`([a-z][a-z-]+)`/g)].map(([, code = '']) => code);

describe('failure codes', () => {
  test('of section 13 are those of the code, each once', () => {
    const listed = rows(section(13)).flatMap(([first = '']) => codesIn(first));
    expect(listed.toSorted()).toEqual([...WIRE_CODES, ...LOCAL_CODES].toSorted());
  });

  test('that a relay says are those of section 8', () => {
    const table = section(8).match(/What is refused[\s\S]*?\n\n[\s\S]*?\n\n/)?.[0] ?? '';
    const listed = rows(table).flatMap(([, code = '']) => codesIn(code));
    expect([...new Set(listed)].toSorted()).toEqual([...WIRE_CODES].toSorted());
  });

  test('elsewhere on the page exist', () => {
    const known: readonly string[] = [...WIRE_CODES, ...LOCAL_CODES];
    const lookLikeCodes = codesIn(page).filter(code => /^(bundle|msg|log|chain|envelope)-[a-z]+$/.test(code));
    expect(lookLikeCodes.filter(code => !known.includes(code))).toEqual([]);
  });
});

const UNITS: Record<string, number> = {
  '': 1,
  bytes: 1,
  KiB: 1024,
  second: 1000,
  seconds: 1000,
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

function amountOf(words: string): number {
  const [amount = '', unit = ''] = words.split(' ');
  return Number(amount.replaceAll(',', '')) * (UNITS[unit] ?? Number.NaN);
}

test('the limits of section 12 are those of the code', () => {
  const listed = rows(section(12))
    .slice(1)
    .map(([, value = '', name = '']) => [name.replaceAll('`', ''), amountOf(value)]);
  expect(listed.length).toBe(Object.keys(limits).length);
  expect(Object.fromEntries(listed)).toEqual({ ...limits });
});

test('the reasons of section 7 are those of the code', () => {
  const listed = rows(section(7)).flatMap(([number = '', word = '']) =>
    /^\d$/.test(number) ? [[codesIn(word)[0], Number(number)]] : [],
  );
  expect(Object.fromEntries(listed)).toEqual(LEAVE);
});

describe('sections', () => {
  test('are numbered from 1 to 17, and the contents lead to each', () => {
    expect(sections.map(({ number }) => number)).toEqual(Array.from({ length: 17 }, (_, at) => at + 1));
    for (const { title } of sections) {
      const [, number = '', words = ''] = /^(\d+)\. (.*)$/.exec(title) ?? [];
      const anchor = title
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-');
      expect(page).toContain(`\n${number}. [${words}](#${anchor})\n`);
    }
  });

  test('that the code cites are there', () => {
    const cited = sources(join(root, 'chat-app')).flatMap(citations);
    expect(cited.length).toBeGreaterThan(50);
    expect(cited.filter(number => number < 1 || number > 17)).toEqual([]);
  });
});

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(each => each.isFile() && /\.tsx?$/.test(each.name))
    .map(each => readFileSync(join(each.parentPath, each.name), 'utf8'));

const citations = (source: string): number[] =>
  [...source.matchAll(/e2ee\/1, sections? ([\d, ]+(?:(?:and|to) \d+)?)/g)].flatMap(([, numbers = '']) =>
    (numbers.match(/\d+/g) ?? []).map(Number),
  );

describe('files', () => {
  test('that the page links to are there', () => {
    const links = [...page.matchAll(/\]\((?!#|https?:)([^)]+)\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter(path => !existsSync(join(root, 'docs', path)))).toEqual([]);
  });

  test('that are said to prove something are there', () => {
    const named = [...(section(16) + section(17)).matchAll(/`([\w/.-]+\.test\.ts)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(20);
    const isThere = (path: string) => existsSync(join(root, path)) || existsSync(join(root, 'test/chat-app', path));
    expect(named.filter(path => !isThere(path))).toEqual([]);
  });
});

test('the vectors are described, all of them', () => {
  const described = rows(section(17)).flatMap(([first = '']) => [...first.matchAll(/`(\w+)`/g)].map(([, key]) => key));
  expect(Object.keys(vectors).filter(key => key !== 'suite' && !described.includes(key))).toEqual([]);
});
