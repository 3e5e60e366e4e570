export { wrap } from '../core/wrap.ts';

/** `0.3 s`, `46 s`, `1 min 4 s`, `2 h 5 min`; one decimal below 10 s. */
export const duration = (ms: number): string => {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
};

/** `5 min ago`, `just now`. */
export const ago = (since: string, now: Date): string => {
  const told = age(since, now);
  return told === 'just now' ? told : `${told} ago`;
};

/** How long ago, for people: `just now`, `5 min`, `3 days`. */
export const age = (since: string, now: Date): string => {
  const ms = now.getTime() - Date.parse(since);
  if (ms < 5_000) return 'just now';
  const days = Math.floor(ms / 86_400_000);
  if (days >= 2) return `${days} days`;
  const hours = Math.floor(ms / 3_600_000);
  if (hours >= 1) return hours === 1 ? '1 hour' : `${hours} hours`;
  const minutes = Math.floor(ms / 60_000);
  return minutes >= 1 ? `${minutes} min` : `${Math.floor(ms / 1000)} s`;
};

/** `today 14:02`, `20 Nov 09:41`: local time. */
export const moment = (time: string, now: Date): string => {
  const then = new Date(time);
  const clock = `${pad(then.getHours())}:${pad(then.getMinutes())}`;
  if (then.toDateString() === now.toDateString()) return `today ${clock}`;
  return `${then.getDate()} ${MONTHS[then.getMonth()]} ${clock}`;
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const pad = (value: number): string => String(value).padStart(2, '0');

/** `14:02:07Z`: UTC, for logs. */
export const clockOf = (time: string): string => `${time.slice(11, 19)}Z`;

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Two texts at the two ends of a line. The left one gives way, never the right one. */
export const ends = (left: string, right: string, { width, ellipsis }: { width: number; ellipsis: string }): string => {
  const room = width - right.length - 1;
  const cut = left.length > room ? `${left.slice(0, Math.max(0, room - ellipsis.length))}${ellipsis}` : left;
  return `${cut.padEnd(room)} ${right}`.trimEnd();
};
