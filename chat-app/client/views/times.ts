const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const dayOfYear = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });

/** `14:02`, local; `at` in milliseconds since 1970. */
export const clockTime = (at: number): string => clock.format(at);

/** `Monday 23 November`, local. */
export const dayName = (at: number): string => day.format(at).replace(',', '');

/** One text for each local day. */
export const dayKey = (at: number): string => dayOfYear.format(at);

/** For the `datetime` of a time. */
export const machineTime = (at: number): string => new Date(at).toISOString();

/** Whole seconds until `at`, at least 1. */
export const secondsUntil = (at: number, now: number): number => Math.max(1, Math.ceil((at - now) / 1000));
