import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { type Style, styleFor } from '../../src/reports/style.ts';
import { samples } from './samples.ts';

process.env.TZ = 'UTC';

const terminal = (columns: number) => ({ isTTY: true, columns });
const styles: Readonly<Record<string, Style>> = {
  '80': styleFor({ env: { NO_COLOR: '1' }, stream: terminal(80) }),
  '120': styleFor({ env: { NO_COLOR: '1' }, stream: terminal(120) }),
  '80-color': styleFor({ env: { TERM: 'xterm' }, stream: terminal(80) }),
  piped: styleFor({ env: {}, stream: {} }),
  '80-ascii': styleFor({ env: { NO_COLOR: '1', LANG: 'C' }, stream: terminal(80) }),
};

const ESCAPE = String.fromCharCode(27);
const page = (style: Style): string =>
  Object.entries(samples(style))
    .map(([name, text]) => `======== ${name}\n${text.trimEnd()}\n`)
    .join('\n')
    .replaceAll(ESCAPE, '␛');

describe('what is said in the end', () => {
  test.for(Object.keys(styles))('reads like this: %s', async name => {
    await expect(page(styles[name] as Style)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test('a colour says nothing that a word does not', () => {
    const plain = page(styles['80-color'] as Style).replaceAll(/␛\[\d+m/g, '');
    expect(plain).toBe(page(styles['80'] as Style));
  });

  test('only the 16 colours of a terminal are used', () => {
    const codes = page(styles['80-color'] as Style).match(/␛\[[^m]*m/g) ?? [];
    expect(codes.length).toBeGreaterThan(50);
    for (const code of new Set(codes)) expect(code).toMatch(/^␛\[(0|1|2|22|3[0-7]|39)m$/);
  });

  test('without a UTF-8 locale there is no other character than ASCII', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are the question
    expect(page(styles['80-ascii'] as Style).match(/[^\x00-\x7f]/g)).toBeNull();
  });

  test('for a program, each headline and each row is one line', () => {
    const text = page(styles.piped as Style);
    for (const part of [
      'as far as can be seen  ports-taken',
      'bytechat.yaml:7:3  Unknown key "replicsa" in app  unknown-key',
    ])
      expect(text).toContain(part);
    expect(text).toMatch(/\n {2}release {2}when .* result\n/);
    expect(text).toContain('config');
    expect(text).not.toContain('␛');
  });

  /** Commands, addresses, paths, what programs printed, and the one last line. */
  const NEVER_CUT = /^ {2}(Reproduce|Evidence|Open) |^ {2}│ |^ +\d+ │ |^ +│ |^✗ \S+ failed: /;

  test.for([80, 120, 200])('nothing is wider than %i columns, or than 100, but what is never cut', columns => {
    const style = styleFor({ env: { NO_COLOR: '1' }, stream: terminal(columns) });
    const wide = page(style)
      .split('\n')
      .filter(line => line.length > Math.min(columns, 100) && !NEVER_CUT.test(line));
    expect(wide).toEqual([]);
  });
});
