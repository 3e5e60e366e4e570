/** What Prometheus may know: sums over everybody, never a name, a room or an address. */
import type { Registry } from 'prom-client';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry as NewRegistry } from 'prom-client';
import type { Counters } from './relay/counters.ts';
import { newCounters } from './relay/counters.ts';

export interface Metrics {
  registry: Registry;
  counters: Counters;
}

export interface Counts {
  rooms: number;
  members: number;
  connections: number;
  keptRooms: number;
  keptKeys: number;
}

/** The numbers are read when somebody asks, so that the hot path only adds. */
export function newMetrics(counts: () => Counts): Metrics {
  const registry = new NewRegistry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'bytechat_commit_seconds',
    help: 'How long a commit took',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
    registers,
  });
  const size = new Histogram({
    name: 'bytechat_commit_entries',
    help: 'Log entries in a commit',
    buckets: [1, 2, 5, 10, 20, 50, 100, 500, 2000],
    registers,
  });
  const counters = newCounters((took, entries) => {
    seconds.observe(took);
    size.observe(entries);
  });
  gauges(registry, counts);
  totals(registry, counters);
  return { registry, counters };
}

function gauges(registry: Registry, counts: () => Counts): void {
  for (const [name, help] of [
    ['rooms', 'Rooms in memory'],
    ['members', 'Members listed in all rooms'],
    ['connections', 'Open WebSockets'],
    ['keptRooms', 'Rooms that the store has for good'],
    ['keptKeys', 'Keys that the store has for good, each in its room'],
  ] as const) {
    const gauge: Gauge = new Gauge({
      name: `bytechat_${snake(name)}`,
      help,
      registers: [registry],
      collect: () => gauge.set(counts()[name]),
    });
  }
}

const TOTALS = [
  ['frames', 'Frames received'],
  ['bytesOut', 'Bytes handed to connections'],
  ['cutOff', 'Connections cut because they did not read'],
  ['neverJoined', 'Connections closed because they did not join'],
  ['throttled', 'Times that a connection had to wait because it said too much'],
  ['takeOvers', 'Connections closed because another took their session over'],
  ['commits', 'Commits'],
  ['failedCommits', 'Commits that failed'],
] as const;

const KINDS = ['joins', 'leaves', 'messages', 'plains', 'events'] as const;

function totals(registry: Registry, counters: Counters): void {
  for (const [field, help] of TOTALS) {
    derived(registry, { name: `bytechat_${snake(field)}_total`, help }, () => [[{}, counters[field]]]);
  }
  derived(registry, { name: 'bytechat_entries_total', help: 'What was said, by kind', label: 'kind' }, () =>
    KINDS.map(kind => [{ kind }, counters[kind]]),
  );
  derived(registry, { name: 'bytechat_refusals_total', help: 'Answers that were a no, by code', label: 'code' }, () =>
    [...counters.refusals].map(([code, value]) => [{ code }, value]),
  );
  derived(registry, { name: 'bytechat_turned_away_total', help: 'WebSockets refused, by limit', label: 'limit' }, () =>
    [...counters.turnedAway].map(([limit, value]) => [{ limit }, value]),
  );
}

interface Described {
  name: string;
  help: string;
  label?: string;
}

/** A counter whose values are kept elsewhere. */
function derived(
  registry: Registry,
  { name, help, label }: Described,
  values: () => [Record<string, string>, number][],
): void {
  const counter: Counter = new Counter({
    name,
    help,
    labelNames: label ? [label] : [],
    registers: [registry],
    collect: () => {
      counter.reset();
      for (const [labels, value] of values()) counter.inc(labels, value);
    },
  });
}

const snake = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
