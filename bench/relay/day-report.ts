/** A day as a page: what it costs for a thousand people, by run, and on paper from RESULTS.md. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Counted, Habits, UnitCosts } from './curve.ts';
import { connectedHours, ONLINE, onPaper, RESTARTS } from './curve.ts';
import { median } from './measure.ts';
import type { Results } from './report.ts';

export interface Day {
  habits: Habits;
  minutes: number;
  counted: Counted;
  costs: UnitCosts;
  deliveries: number;
  bytes: number;
  /** CPU-seconds of a second of a relay that nobody is at. */
  base: number;
  peakKb: number;
  gaps: number;
  refused: string[];
  complete: boolean;
}

export function describe(day: Day): string {
  const { habits, minutes, counted, costs, gaps, refused, complete } = day;
  const perThousand = (value: number) => ((value * 1000) / habits.people).toFixed(0);
  const cpu = (by: UnitCosts) => perThousand(onPaper(by, counted, habits.people));
  const paper = paperCosts(costs);
  return [
    '# A day of a large installation',
    '',
    `${habits.people} people in rooms of ${habits.members}, ${habits.lines} lines a day each; at most ${share(Math.max(...ONLINE))} of them are there at once, at least ${share(Math.min(...ONLINE))}; ` +
      `the relay is killed at hours ${RESTARTS.join(' and ')}. All of it within ${minutes} minutes: ${counted.joins} joins, ${counted.resumes} returns, ${counted.lines} lines, ${day.deliveries} deliveries.`,
    '',
    `${gaps} gaps in what anybody was told, ${refused.length} refusals${refused.length > 0 ? ` (${[...new Set(refused)].join(', ')})` : ''}; in the end everybody ${complete ? 'had heard' : 'had NOT heard'} the same.`,
    '',
    '| CPU, microseconds | by run | on paper |',
    '| --- | --- | --- |',
    ...(['join', 'resume', 'line', 'connectedHour'] as const).map(
      what => `| ${NAMES[what]} | ${micro(costs[what])} | ${paper ? micro(paper[what]) : '–'} |`,
    ),
    '',
    '| a thousand people, for a day | by run | on paper |',
    '| --- | --- | --- |',
    `| CPU-seconds | ${cpu(costs)} | ${paper ? cpu(paper) : '–'} |`,
    `| of which for connections that say nothing | ${perThousand(connectedHours(habits.people) * costs.connectedHour)} | the same |`,
    `| and the relay itself, however many there are | ${(day.base * 24 * 3600).toFixed(0)} | the same |`,
    `| MB of history | ${perThousand(day.bytes / 2 ** 20)} | ${perThousand((counted.lines * LINE_BYTES) / 2 ** 20)} |`,
    `| MB of memory at most, with what the program itself needs | ${(day.peakKb / 1024).toFixed(0)} | – |`,
    '',
    'By run, the hours are short, so more lines share a commit than in a day that lasts a day. On paper, a return is a',
    'connection of the storm in RESULTS.md, and a line is as many deliveries as the room has members, of a relay that is',
    'busy; joins and silence are as by run.',
    '',
  ].join('\n');
}

const NAMES = {
  join: 'a join',
  resume: 'a return',
  line: 'a line, with all its deliveries',
  connectedHour: 'an hour of somebody who is there',
} as const;

/** With its frame, its row and its place in the index. */
const LINE_BYTES = 480;

const share = (of: number): string => `${Math.round(of * 100)} %`;
const micro = (seconds: number): string => (seconds * 1e6).toFixed(0);

function paperCosts(run: UnitCosts): UnitCosts | undefined {
  const file = join(import.meta.dirname, 'results.json');
  if (!existsSync(file)) return undefined;
  const { rounds, silences } = JSON.parse(readFileSync(file, 'utf8')) as Results;
  const busy = median(
    rounds.flatMap(({ full }) => full['ByteChat relay']?.['rooms of 10']?.deliveriesPerCpuSecond ?? []),
  );
  const storms = silences.flatMap(each => each['ByteChat relay'] ?? []);
  const resume = median(storms.map(({ stormCpuSeconds, connections }) => stormCpuSeconds / connections));
  return { ...run, line: 10 / busy, resume };
}
