/**
 * `node bench/relay/run.ts [--rounds 4] [--seconds 2] [--connections 10000] [--only relay,tcp,ws,sio,mqtt]`: compares the
 * relay with its peers on this machine, over loopback, and writes RESULTS.md and results.json beside this file.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Shape } from './crowd.ts';
import type { Measured } from './load.ts';
import { buildGenerator, measure } from './load.ts';
import { quietly } from './quiet.ts';
import type { Results, Round } from './report.ts';
import { report } from './report.ts';
import type { Peer } from './servers.ts';
import { PEERS, PROVING, versions } from './servers.ts';
import { measureSilence } from './storm.ts';

const SHAPES: Readonly<Record<string, Shape>> = {
  'rooms of 2': { rooms: 100, members: 2, speakers: 2 },
  'rooms of 10': { rooms: 20, members: 10, speakers: 10 },
  'room of 200': { rooms: 1, members: 200, speakers: 20 },
};

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '10000' },
    storms: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
  },
});
const wanted = values.only.split(',').filter(Boolean);
const seconds = Number(values.seconds);
const say = (line: string): boolean => process.stderr.write(`${line}\n`);

const without = buildGenerator();
if (without) {
  say(`nothing can be measured: ${without}`);
  process.exitCode = 1;
} else {
  const results = await compare(await prepared());
  const dir = import.meta.dirname;
  writeFileSync(join(dir, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(dir, 'RESULTS.md'), report(results));
  process.stdout.write(report(results));
}

/** Whoever cannot be had here is left out, with a line. */
async function prepared(): Promise<Peer[]> {
  const there: Peer[] = [];
  for (const peer of PEERS) {
    if (wanted.length > 0 && !wanted.includes(peer.kind)) continue;
    const missing = await peer.prepare();
    if (missing) say(`without ${peer.name}: ${missing}`);
    else there.push(peer);
  }
  return there;
}

async function compare(peers: readonly Peer[]): Promise<Results> {
  const rounds: Round[] = [];
  for (let nth = 0; nth < Number(values.rounds); nth++) rounds.push(await round(peers, nth));
  const silences: Results['silences'] = [];
  const quiet = [...peers.filter(({ kind }) => kind === 'relay' || kind === 'ws'), PROVING];
  for (let nth = 0; nth < Number(values.storms); nth++) {
    const each: Results['silences'][number] = {};
    for (const peer of shuffled(quiet)) {
      each[peer.name] = await measureSilence(peer, Number(values.connections));
      say(`storm ${nth + 1}, ${peer.name}: ${JSON.stringify(each[peer.name])}`);
    }
    silences.push(each);
  }
  const names = peers.map(({ name, history }) => ({ name, history }));
  return { date: new Date().toISOString().slice(0, 10), seconds, versions: versions(), peers: names, rounds, silences };
}

async function round(peers: readonly Peer[], nth: number): Promise<Round> {
  const full: Round['full'] = {};
  const half: Round['half'] = {};
  for (const peer of shuffled(peers)) {
    for (const [shape, crowd] of Object.entries(SHAPES)) {
      const one = await quietly(() => measure(peer, crowd, { seconds, warmup: 1 }));
      note(full, peer, { shape, measured: one });
      say(`round ${nth + 1}, ${peer.name}, ${shape}: ${JSON.stringify(one)}`);
      if (peer.kind !== 'relay') continue;
      const rate = one.sentPerSecond / 2;
      const other = await quietly(() => measure(peer, crowd, { seconds, warmup: 1, rate }));
      note(half, peer, { shape, measured: other });
      say(`round ${nth + 1}, ${peer.name}, ${shape}, half: ${JSON.stringify(other)}`);
    }
  }
  return { full, half };
}

function note(into: Round['full'], { name }: Peer, { shape, measured }: { shape: string; measured: Measured }): void {
  if (measured.lost > 0 || measured.refused > 0)
    say(`${name}, ${shape}: ${measured.lost} lost, ${measured.refused} refused`);
  into[name] = { ...into[name], [shape]: measured };
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map(item => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
