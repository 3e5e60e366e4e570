/**
 * `node bench/relay/day.ts [--people 1000] [--members 10] [--lines 40] [--minutes 2]`: a day of a large installation in
 * minutes. All that happens in a day happens, in its order and its proportions: people come in the morning and go at night,
 * speak when they are there, and the relay is killed twice. Prints what the day costs for a thousand people, by run and
 * on paper, and writes DAY.md beside this file.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { HOURS, linesIn, ONLINE, RESTARTS } from './curve.ts';
import { describe } from './day-report.ts';
import type { Inhabitant, Tally } from './inhabitants.ts';
import { goAway, live, settle, speak, wakeUp } from './inhabitants.ts';
import { cpuOf, memoryOf } from './measure.ts';
import { answers, freePort, PEERS } from './servers.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '1000' },
    members: { type: 'string', default: '10' },
    lines: { type: 'string', default: '40' },
    minutes: { type: 'string', default: '2' },
  },
});
const habits = { people: Number(values.people), members: Number(values.members), lines: Number(values.lines) };
const hourMs = (Number(values.minutes) * 60_000) / HOURS;
const [relay] = PEERS;
if (!relay) throw new Error('no relay');

interface World {
  dir: string;
  port: number;
  child: ChildProcess;
  /** CPU-seconds of the relays that have been killed. */
  past: number;
  /** CPU-seconds of a second of a relay that nobody is at. */
  base: number;
  /** CPU-seconds of starting. */
  starts: number;
  people: Inhabitant[];
  tally: Tally;
  peakKb: number;
}

const cpu = ({ past, child }: World): number => past + cpuOf(child.pid ?? 0);

async function begin(dir: string, port: number): Promise<ChildProcess> {
  const { args, env } = relay?.command({ port, dir }) ?? { args: [], env: {} };
  const [file = '', ...rest] = args;
  const child = spawn(file, rest, { env: { ...process.env, ...env }, stdio: 'ignore' });
  await answers(child, port);
  return child;
}

/** `kill -9`, and everybody who was there comes back at once. */
async function restart(world: World): Promise<number> {
  const there = world.people.filter(({ isOnline }) => isOnline);
  world.past = cpu(world);
  const ended = once(world.child, 'exit');
  world.child.kill('SIGKILL');
  await ended;
  for (const one of world.people) one.hasChain = false;
  world.child = await begin(world.dir, world.port);
  world.starts += cpuOf(world.child.pid ?? 0);
  await Promise.all(there.map(one => wakeUp(one, world.port, world.tally)));
  return there.length;
}

/** So many are there as the hour says. Returns how many have come back. */
async function comeAndGo({ people, port, tally }: World, hour: number): Promise<number> {
  const wanted = Math.round(people.length * (ONLINE[hour] ?? 0));
  const order = [...people].sort(() => Math.random() - 0.5);
  const there = order.filter(({ isOnline }) => isOnline);
  for (const one of there.slice(wanted)) goAway(one);
  const coming = order.filter(({ isOnline }) => !isOnline).slice(0, Math.max(0, wanted - there.length));
  await Promise.all(coming.map(one => wakeUp(one, port, tally)));
  return coming.length;
}

/** The lines of an hour, at even distances, by anybody who is there. */
async function talk(world: World, hour: number): Promise<number> {
  const there = world.people.filter(({ isOnline }) => isOnline);
  const count = linesIn(hour, habits);
  const began = performance.now();
  for (let said = 0; said < count && there.length > 0; ) {
    const due = Math.ceil((count * (performance.now() - began)) / hourMs);
    for (; said < Math.min(due, count); said++) {
      const one = there[Math.floor(Math.random() * there.length)];
      if (one) speak(one, habits.members);
    }
    await sleep(5);
  }
  world.peakKb = Math.max(world.peakKb, memoryOf(world.child.pid ?? 0));
  return count;
}

const EMPTY_MS = 20_000;

async function populate(dir: string): Promise<World> {
  const port = await freePort();
  const child = await begin(dir, port);
  await sleep(2000);
  const starts = cpuOf(child.pid ?? 0);
  await sleep(EMPTY_MS);
  const base = ((cpuOf(child.pid ?? 0) - starts) * 1000) / EMPTY_MS;
  const tally: Tally = { deliveries: 0, refused: [], gaps: 0 };
  const world: World = { dir, port, child, past: 0, base, starts, people: [], tally, peakKb: 0 };
  for (let room = 0; room * habits.members < habits.people; room++) {
    world.people.push(...(await settle(port, room, habits.members)));
  }
  for (const one of world.people) {
    one.person.seq = habits.members;
    void live(one, tally);
  }
  return world;
}

const SILENCE_MS = 65_000;

/** What people cost who are there and say nothing, as CPU-seconds of an hour and a person: two pings, and the sweeps. */
async function silence(world: World): Promise<number> {
  const before = cpu(world);
  await sleep(SILENCE_MS);
  const ofPeople = cpu(world) - before - (world.base * SILENCE_MS) / 1000;
  return (Math.max(0, ofPeople) * 3600_000) / SILENCE_MS / world.people.length;
}

async function live24Hours(world: World) {
  const counted = { joins: world.people.length, resumes: 0, lines: 0 };
  const spent = { resumes: 0, lines: 0 };
  for (let hour = 0; hour < HOURS; hour++) {
    const start = cpu(world) - world.starts;
    if (RESTARTS.includes(hour)) counted.resumes += await restart(world);
    counted.resumes += await comeAndGo(world, hour);
    await sleep(200);
    const middle = cpu(world) - world.starts;
    counted.lines += await talk(world, hour);
    spent.resumes += middle - start;
    spent.lines += cpu(world) - world.starts - middle;
    process.stderr.write(`hour ${hour}: ${JSON.stringify(counted)}, ${cpu(world).toFixed(2)} CPU-seconds\n`);
  }
  return { counted, resume: spent.resumes / counted.resumes, line: spent.lines / counted.lines };
}

async function day(): Promise<string> {
  await relay?.prepare();
  const dir = mkdtempSync(join(tmpdir(), 'bytechat-day-'));
  const world = await populate(dir);
  const { tally } = world;
  try {
    const joins = (cpu(world) - world.starts) / world.people.length;
    const connectedHour = await silence(world);
    const { counted, resume, line } = await live24Hours(world);
    const costs = { join: joins, resume, line, connectedHour };
    const isComplete = await complete(world);
    const kept = { base: world.base, bytes: bytesIn(dir), peakKb: world.peakKb };
    return describe({
      habits,
      minutes: Number(values.minutes),
      counted,
      costs,
      ...tally,
      ...kept,
      complete: isComplete,
    });
  } finally {
    world.child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
}

const bytesIn = (dir: string): number =>
  readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);

/** Everybody comes back and has heard as far as everybody else in the room. */
async function complete({ people, port, tally }: World): Promise<boolean> {
  for (const one of people) if (!one.isOnline) await wakeUp(one, port, tally);
  await sleep(500);
  return people.every(({ person, neighbours }) => neighbours.every(other => other.person.seq === person.seq));
}

const page = await day();
writeFileSync(join(import.meta.dirname, 'DAY.md'), page);
process.stdout.write(page);
process.exit();
