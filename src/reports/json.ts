import type { View } from './view.ts';

/** One event a line, as they happen; the report is the last one. */
export const jsonView = (write: (text: string) => void): View => ({
  listen: event => write(`${JSON.stringify(event)}\n`),
  closed: async () => {},
});
