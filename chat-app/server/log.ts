/** JSON lines. No bodies, names, addresses or room ids ever go in here. */
export const LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type Level = (typeof LEVELS)[number];

export type Fields = Record<string, string | number | boolean | undefined>;

export type Log = Record<Level, (msg: string, fields?: Fields) => void>;

/** One line for each entry of at least `level`, through `write`. */
export function jsonLog(level: Level, write: (line: string) => void): Log {
  const wanted = LEVELS.indexOf(level);
  const at = (each: Level) => (msg: string, fields?: Fields) => {
    if (LEVELS.indexOf(each) > wanted) return;
    write(`${JSON.stringify({ level: each, time: new Date().toISOString(), msg, ...fields })}\n`);
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}
