/** The results as a page: medians of the ratios within rounds, with the lowest and the highest. */
import { availableParallelism } from 'node:os';
import type { Measured } from './load.ts';
import { median } from './measure.ts';
import { QUIET } from './quiet.ts';
import { PROVING } from './servers.ts';
import type { Silence } from './storm.ts';

/** By peer, then by shape. */
type Table = Record<string, Record<string, Measured>>;

export interface Round {
  full: Table;
  half: Table;
}

export interface Results {
  date: string;
  seconds: number;
  versions: Record<string, string>;
  peers: { name: string; history: string }[];
  rounds: Round[];
  silences: Record<string, Silence>[];
}

const RELAY = 'ByteChat relay';
const GOALS: readonly [name: string, of: RegExp, least: number][] = [
  ['Flask-SocketIO with history', /^Flask/, 20],
  ['the limit', /^raw TCP/, 0.5],
];

export function report(results: Results): string {
  return [
    '# The relay beside its peers',
    '',
    ...machine(results),
    '',
    '## Deliveries per CPU-second of the server',
    '',
    'Closed loop, 200 clients, lines of 392 bytes; in the room of 200, 20 people speak. As a multiple of what stands above:',
    'the median of the ratios within rounds [lowest..highest].',
    '',
    ...GOALS.flatMap(([name, of]) => [...against(results, { name, of }), '']),
    '## Delay of the relay at half of that load',
    '',
    ...delays(results),
    '',
    '## Connections that are silent, and all come back at once',
    '',
    ...silences(results),
    '',
    '## Goals',
    '',
    ...goals(results),
    '',
  ].join('\n');
}

function machine({ date, seconds, versions, rounds }: Results): string[] {
  const shares = rounds.flatMap(({ full }) => Object.values(full).flatMap(each => Object.values(each)));
  const foreign = shares.map(each => each.foreign);
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${date}, Linux, ${availableParallelism()} cores, one for the server and one for the generator, loopback only; ` +
      `${rounds.length} rounds of ${seconds} s in a new order each. ${programs.join(', ')}.`,
    '',
    `Other processes kept ${median(foreign).toFixed(2)} cores busy meanwhile (median; at most ${Math.max(...foreign).toFixed(2)}). ` +
      `What was measured while they kept more than ${QUIET} busy was measured again, up to twice, and is left out where there is something quieter to count.`,
  ];
}

/** Those during which others did little, if there are any. */
function quietOf(list: readonly Measured[][]): Measured[][] {
  const quiet = list.filter(together => together.every(({ foreign }) => foreign <= QUIET));
  return quiet.length > 0 ? quiet : [...list];
}

function against(results: Results, { name, of }: { name: string; of: RegExp }): string[] {
  const base = results.peers.find(peer => of.test(peer.name))?.name;
  if (!base) return [`Without ${name}: it could not be had here.`];
  const shapes = shapesOf(results);
  return [
    `| to ${name} | ${shapes.join(' | ')} | history |`,
    `| --- | ${shapes.map(() => '---').join(' | ')} | --- |`,
    ...results.peers.map(peer => {
      const cells = shapes.map(shape => cell(ratios(results, { name: peer.name, base, shape })));
      return `| ${peer.name} | ${cells.join(' | ')} | ${peer.history} |`;
    }),
  ];
}

const shapesOf = ({ rounds }: Results): string[] => Object.keys(rounds[0]?.full[RELAY] ?? {});

interface Pair {
  name: string;
  base: string;
  shape: string;
}

function ratios({ rounds }: Results, { name, base, shape }: Pair): number[] {
  const pairs = rounds.flatMap(({ full }) => {
    const [above, below] = [full[name]?.[shape], full[base]?.[shape]];
    return above && below ? [[above, below]] : [];
  });
  const speed = (measured: Measured | undefined) => measured?.deliveriesPerCpuSecond ?? Number.NaN;
  return quietOf(pairs).map(([above, below]) => speed(above) / speed(below));
}

const digits = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

const cell = (list: readonly number[]): string =>
  `${digits(median(list))} [${digits(Math.min(...list))}..${digits(Math.max(...list))}]`;

function delays(results: Results): string[] {
  const shapes = shapesOf(results);
  const row = (label: string, of: (measured: Measured) => number) => {
    const cells = shapes.map(shape => cell(delaysOf(results, shape).map(of)));
    return `| ${label} | ${cells.join(' | ')} |`;
  };
  return [
    `| ms | ${shapes.join(' | ')} |`,
    `| --- | ${shapes.map(() => '---').join(' | ')} |`,
    row('median', ({ p50Ms }) => p50Ms),
    row('p99', ({ p99Ms }) => p99Ms),
  ];
}

const delaysOf = ({ rounds }: Results, shape: string): Measured[] =>
  quietOf(
    rounds.flatMap(({ half }) => {
      const measured = half[RELAY]?.[shape];
      return measured ? [[measured]] : [];
    }),
  ).flat();

function silences({ silences: list }: Results): string[] {
  const names = Object.keys(list[0] ?? {});
  if (names.length === 0) return ['Not measured in this run.'];
  const of = (name: string, what: keyof Silence) => list.flatMap(each => (each[name] ? [each[name][what]] : []));
  return [
    `${of(names[0] ?? '', 'connections')[0]} connections in rooms of 50. The relay's have joined with real keys, and prove and resume their sessions.`,
    '',
    '| server | KB per connection | CPU-seconds of a storm | failures |',
    '| --- | --- | --- | --- |',
    ...names.map(
      name =>
        `| ${name} | ${cell(of(name, 'kbPerConnection'))} | ${cell(of(name, 'stormCpuSeconds'))} | ${of(name, 'failures').reduce((a, b) => a + b, 0)} |`,
    ),
  ];
}

function goals(results: Results): string[] {
  const lines = ['| goal | seen | reached |', '| --- | --- | --- |'];
  const row = (goal: string, seen: string, reached: boolean) =>
    lines.push(`| ${goal} | ${seen} | ${reached ? 'yes' : 'no'} |`);
  for (const [name, of, least] of GOALS) {
    const base = results.peers.find(peer => of.test(peer.name))?.name;
    if (!base) continue;
    const seen = shapesOf(results).map(shape => median(ratios(results, { name: RELAY, base, shape })));
    row(
      `at least ${least} × ${name}`,
      seen.map(digits).join(' · '),
      seen.every(value => value >= least),
    );
  }
  for (const [what, goal, most] of [
    ['kbPerConnection', 'idle memory at most 2 × plain ws', 2],
    ['stormCpuSeconds', 'storm at most 1.5 × the CPU of plain ws', 1.5],
    ['stormCpuSeconds', 'the same, of plain ws that checks a signature', 1.5],
  ] as const) {
    const base = goal.endsWith('a signature') ? PROVING.name : 'plain ws';
    const seen = median(results.silences.map(each => (each[RELAY]?.[what] ?? 0) / (each[base]?.[what] ?? Number.NaN)));
    if (results.silences.length > 0) row(goal, digits(seen), seen <= most);
  }
  const p99 = shapesOf(results).map(shape => median(delaysOf(results, shape).map(({ p99Ms }) => p99Ms)));
  row(
    'p99 under 20 ms at half load',
    `${p99.map(digits).join(' · ')} ms`,
    p99.every(value => value < 20),
  );
  return lines;
}
