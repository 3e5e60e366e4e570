import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { NewEvent, StepResult } from '../../src/core/report.ts';
import { age, duration, ends, plural, wrap } from '../../src/reports/format.ts';
import { jsonView } from '../../src/reports/json.ts';
import { plainView } from '../../src/reports/plain.ts';
import { styleFor } from '../../src/reports/style.ts';
import { terminalView } from '../../src/reports/terminal.ts';
import type { View } from '../../src/reports/view.ts';
import { createScreen } from '../support/screen.ts';

const AT = '2026-11-23T14:02:07.500Z';

const tell = ({ listen }: View, ...events: NewEvent[]): void => {
  for (const event of events) listen({ at: AT, ...event });
};

const start: NewEvent = {
  type: 'start',
  goal: 'deploy',
  app: 'demo',
  target: 'local',
  context: ['state .bytechat', 'commit 4e1b0c2, 1 file not committed', 'by mira@atlas'],
  steps: ['check', 'lock', 'build', 'release', 'start', 'switch'].map(id => ({ id, title: `Do ${id}` })),
};
const begin = (id: string): NewEvent => ({ type: 'step.start', id, title: `Do ${id}` });
const output = (id: string, line: string): NewEvent => ({ type: 'output', id, line });
const resultOf = (id: string, more: Partial<StepResult> = {}): StepResult => ({
  id,
  title: `Do ${id}`,
  status: 'done',
  durationMs: 1200,
  ...more,
});
const end = (id: string, more: Partial<StepResult> = {}): NewEvent => ({
  type: 'step.end',
  id,
  result: resultOf(id, more),
});
const undo = (id: string): NewEvent => ({ type: 'undo.start', id, title: `Do ${id}` });
const undone = (id: string, more: Partial<StepResult> = {}): NewEvent => ({
  type: 'undo.end',
  id,
  result: resultOf(id, { status: 'undone', ...more }),
});
const report = { ok: false } as never;

/** A deploy that fails at its start, and is put back. */
const well: NewEvent[] = [
  start,
  begin('check'),
  end('check', { detail: '8 checks', durationMs: 200 }),
  begin('lock'),
  end('lock', { detail: 'mira@atlas', durationMs: 3 }),
  begin('build'),
  end('build', { status: 'unchanged', durationMs: 10 }),
  begin('release'),
  output('release', 'copying 61 of 92 files'),
];
const badly: NewEvent[] = [
  end('release', { detail: '92 files and Node.js, 131 MB', durationMs: 64_000 }),
  begin('start'),
  end('start', {
    status: 'failed',
    problem: { code: 'crash-at-start', message: 'The release crashes at start, exit code 3' },
  }),
  { type: 'notice', message: 'The last deploy was cut off at switch', detail: 'this one goes on from what is there' },
  undo('start'),
  undone('start', { detail: 'process 4242 ended', durationMs: 300 }),
  undo('release'),
  undone('release', { status: 'failed', problem: { code: 'disk-full', message: 'The disk is full' } }),
  { type: 'end', report },
];

describe('without a terminal', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date(AT) });
    return () => vi.useRealTimers();
  });

  const viewed = () => {
    const lines: string[] = [];
    return { lines, view: plainView(text => void lines.push(text)) };
  };

  test('a line when a state changes, the date on the first', () => {
    const { lines, view } = viewed();
    tell(view, ...well, ...badly);
    expect(lines.join('')).toBe(
      `14:02:07Z deploy    start    demo to local, state .bytechat, commit 4e1b0c2, 1 file not committed, by mira@atlas, 2026-11-23
14:02:07Z check     done     8 checks (0.2 s)
14:02:07Z lock      done     mira@atlas (0.0 s)
14:02:07Z build     start    Do build
14:02:07Z build     unchanged (0.0 s)
14:02:07Z release   start    Do release
14:02:07Z release   done     92 files and Node.js, 131 MB (1 min 4 s)
14:02:07Z start     start    Do start
14:02:07Z start     failed   The release crashes at start, exit code 3 (1.2 s)
14:02:07Z notice             The last deploy was cut off at switch: this one goes on from what is there
14:02:07Z start     undo     putting back: Do start
14:02:07Z start     undone   process 4242 ended (0.3 s)
14:02:07Z release   undo     putting back: Do release
14:02:07Z release   failed   The disk is full (1.2 s)
`,
    );
  });

  test('a heartbeat every 30 s, with what is waited for, until it is over', () => {
    const { lines, view } = viewed();
    tell(view, ...well);
    lines.length = 0;
    vi.advanceTimersByTime(29_999);
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(lines).toEqual(['14:02:37Z release   running  copying 61 of 92 files (30 s)\n']);
    tell(view, output('release', 'copying 62 of 92 files'));
    vi.advanceTimersByTime(60_000);
    expect(lines.slice(1)).toEqual([
      '14:03:07Z release   running  copying 62 of 92 files (1 min)\n',
      '14:03:37Z release   running  copying 62 of 92 files (1 min 30 s)\n',
    ]);
    tell(view, { type: 'end', report });
    lines.length = 0;
    vi.advanceTimersByTime(300_000);
    expect(lines).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('nothing to do says nothing', () => {
    const { lines, view } = viewed();
    tell(view, { ...start, steps: [] } as NewEvent, { type: 'end', report });
    expect(lines).toEqual([]);
  });
});

describe('as JSON', () => {
  test('each event is a line, as it happens', () => {
    const lines: string[] = [];
    const view = jsonView(text => void lines.push(text));
    tell(view, start, output('a', 'two\nlines'));
    expect(lines.map(line => JSON.parse(line))).toEqual([
      { at: AT, ...start },
      { at: AT, type: 'output', id: 'a', line: 'two\nlines' },
    ]);
    for (const line of lines) expect(line.indexOf('\n')).toBe(line.length - 1);
  });
});

describe('on a terminal', () => {
  afterEach(() => vi.restoreAllMocks());

  const viewed = (columns: number, env: Record<string, string> = { NO_COLOR: '1' }) => {
    const screen = createScreen();
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const sink = new Writable({
      decodeStrings: false,
      write: (chunk, _encoding, done) => {
        screen.write(String(chunk));
        done();
      },
    });
    const stream = Object.assign(sink, { isTTY: true, columns, rows: 30 }) as unknown as NodeJS.WriteStream;
    const view = terminalView(stream, styleFor({ env, stream }));
    return { screen, view, stdout };
  };

  test('shows what runs, with the last line of its program', async () => {
    const { screen, view } = viewed(80);
    tell(view, ...well);
    await vi.waitFor(() => expect(screen.text()).toContain('│ copying 61 of 92 files'));
    expect(
      screen
        .text()
        .replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/, '⠹')
        .replace(/\d\.\d s$/m, '0.2 s'),
    ).toMatch(
      /^Deploying demo to local {50}6 steps\n {2}state \.bytechat · commit 4e1b0c2, 1 file not committed · by mira@atlas\n\n {2}✓ check /,
    );
    expect(screen.text()).toMatch(
      /\n {2}[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] release.*\n {4}│ copying 61 of 92 files\n {2}○ start\n {2}○ switch$/,
    );
    expect(screen.cursorVisible).toBe(false);
    tell(view, { type: 'end', report });
    await view.closed();
  });

  test.for([80, 120])('leaves the story of the run, in %i columns', async columns => {
    const { screen, view } = viewed(columns);
    tell(view, ...well, ...badly);
    await view.closed();
    await expect(`${screen.text()}\n`).toMatchFileSnapshot(`golden/terminal-${columns}.txt`);
    expect(screen.widest()).toBeLessThanOrEqual(columns);
    expect(screen.cursorVisible).toBe(true);
    expect([...screen.dresses]).toEqual([]);
  });

  test('nothing of it goes to stdout, whatever that is', async () => {
    const { view, stdout } = viewed(80);
    tell(view, ...well, ...badly);
    await view.closed();
    expect(stdout).not.toHaveBeenCalled();
  });

  test('is in the 16 colours, or in ASCII, where that is asked for', async () => {
    const color = viewed(80, { TERM: 'xterm' });
    tell(color.view, ...well, ...badly);
    await color.view.closed();
    for (const dress of ['31', '32', '33', '1', '2']) expect([...color.screen.dresses]).toContain(dress);

    const ascii = viewed(80, { NO_COLOR: '1', LC_ALL: 'C' });
    const seen: string[] = [];
    tell(ascii.view, ...well, output('release', 'x'.repeat(200)));
    await vi.waitFor(() => expect(ascii.screen.text()).toContain('x...'));
    seen.push(ascii.screen.text());
    tell(ascii.view, ...badly);
    await ascii.view.closed();
    seen.push(ascii.screen.text());
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are the question
    expect(seen.join('\n').match(/[^\x00-\x7f]/g)).toBeNull();
  });

  test('a long line gives way, the time does not', async () => {
    const { screen, view } = viewed(80);
    const detail = 'a very long detail '.repeat(10);
    tell(view, start, begin('check'), end('check', { detail }), { type: 'end', report });
    await view.closed();
    const line = screen.lines().find(text => text.includes('check')) ?? '';
    expect(line).toMatch(/^ {2}✓ check {6}a very long detail .*… +1\.2 s$/);
    expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('numbers and lines', () => {
  test.for([
    [0, '0.0 s'],
    [49, '0.0 s'],
    [312, '0.3 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [46_400, '46 s'],
    [59_499, '59 s'],
    [60_000, '1 min'],
    [64_000, '1 min 4 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
  ] as const)('%i ms is %s', ([ms, text]) => {
    expect(duration(ms)).toBe(text);
  });

  test.for([
    [4_000, 'just now'],
    [59_000, '59 s'],
    [300_000, '5 min'],
    [3_600_000, '1 hour'],
    [47 * 3_600_000, '47 hours'],
    [3 * 86_400_000, '3 days'],
  ] as const)('%i ms ago is %s', ([ms, text]) => {
    expect(age(new Date(1e12 - ms).toISOString(), new Date(1e12))).toBe(text);
  });

  test('one file, two files', () => {
    expect([0, 1, 2].map(count => plural(count, 'file'))).toEqual(['0 files', '1 file', '2 files']);
    expect(plural(2, 'entry', 'entries')).toBe('2 entries');
  });

  test('the right end of a line stays, the left one gives way', () => {
    expect(ends('left', 'right', { width: 14, ellipsis: '…' })).toBe('left     right');
    expect(ends('much too long', 'right', { width: 14, ellipsis: '…' })).toBe('much to… right');
    expect(ends('much too long', 'right', { width: 4, ellipsis: '…' })).toBe('… right');
  });

  test('prose is broken at spaces, a long word is not', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('see https://example.org/very/long for more', 10)).toEqual([
      'see',
      'https://example.org/very/long',
      'for more',
    ]);
  });
});

describe('how text is dressed', () => {
  const on = { isTTY: true, columns: 80 };

  test.for<[string, Record<string, string>, boolean, boolean | undefined, boolean]>([
    ['a terminal', { TERM: 'xterm' }, true, undefined, true],
    ['no terminal', { TERM: 'xterm' }, false, undefined, false],
    ['NO_COLOR', { NO_COLOR: '1' }, true, undefined, false],
    ['NO_COLOR that is empty', { NO_COLOR: '' }, true, undefined, true],
    ['--no-color', { FORCE_COLOR: '1' }, true, false, false],
    ['a dumb terminal', { TERM: 'dumb' }, true, undefined, false],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, false, undefined, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, undefined, false],
    ['NO_COLOR and FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, undefined, false],
  ])('%s', ([, env, isTTY, color, colored]) => {
    const { paint } = styleFor({ env, stream: { isTTY, columns: 80 }, color });
    expect(paint.red('x') !== 'x').toBe(colored);
  });

  test.for<[Record<string, string>, boolean | undefined, string]>([
    [{}, undefined, '✓'],
    [{ LANG: 'en_US.UTF-8' }, undefined, '✓'],
    [{ LANG: 'C' }, undefined, '+'],
    [{ LANG: 'C', LC_ALL: 'C.utf8' }, undefined, '✓'],
    [{ LANG: 'de_DE.ISO-8859-1' }, undefined, '+'],
    [{ LANG: 'en_US.UTF-8', LC_CTYPE: 'POSIX' }, undefined, '+'],
    [{ LANG: 'en_US.UTF-8' }, true, '+'],
  ])('%j', ([env, ascii, done]) => {
    expect(styleFor({ env, stream: on, ascii }).signs.done).toBe(done);
  });

  test('is laid out for the columns that there are, 80 when nobody knows, 100 at most', () => {
    const widthOf = (columns?: number) =>
      styleFor({ env: {}, stream: { ...(columns !== undefined && { columns }) } }).width;
    expect([60, 80, 100, 200, 0].map(widthOf)).toEqual([60, 80, 100, 100, 80]);
    expect(widthOf()).toBe(80);
  });
});
