/** What a day looks like, hour by hour, and what it comes to. */

/** Of all people, who is connected. */
export const ONLINE = [
  0.08, 0.05, 0.03, 0.02, 0.02, 0.04, 0.1, 0.25, 0.45, 0.6, 0.65, 0.65, 0.55, 0.6, 0.65, 0.65, 0.6, 0.5, 0.45, 0.45,
  0.4, 0.35, 0.25, 0.15,
] as const;

export const HOURS = ONLINE.length;

/** The relay is killed at the beginning of these hours: at night, and when most people are there. */
export const RESTARTS: readonly number[] = [4, 14];

export interface Habits {
  people: number;
  /** Of a room. */
  members: number;
  /** Lines that a person says in a day. */
  lines: number;
}

/** Lines in an hour: people speak when they are there. */
export const linesIn = (hour: number, { people, lines }: Habits): number => {
  const all = ONLINE.reduce((sum, share) => sum + share, 0);
  return Math.round((people * lines * (ONLINE[hour] ?? 0)) / all);
};

/** Hours that all people together are connected. */
export const connectedHours = (people: number): number => people * ONLINE.reduce((sum, share) => sum + share, 0);

export interface UnitCosts {
  /** CPU-seconds. */
  join: number;
  resume: number;
  /** A line, with all its deliveries. */
  line: number;
  connectedHour: number;
}

export interface Counted {
  joins: number;
  resumes: number;
  lines: number;
}

/** CPU-seconds of the day. */
export const onPaper = (costs: UnitCosts, { joins, resumes, lines }: Counted, people: number): number =>
  joins * costs.join + resumes * costs.resume + lines * costs.line + connectedHours(people) * costs.connectedHour;
