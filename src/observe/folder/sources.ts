import type { SourceHints } from '../../core/facts/folder.ts';

const PORT = [
  /\bPORT\b['"\]]*\s*(?:\|\||\?\?|,)\s*['"]?(\d{2,5})\b/,
  /\.listen\(\s*(\d{2,5})\b/,
  /\bport\s*[:=]\s*(\d{2,5})\b/i,
];
const HEALTH = /['"`](\/(?:healthz|readyz|health|livez|ping|up|api\/health))['"`]/;
const LISTENS = /\.listen\(|createServer\(|\bserve\(|\.run\(|serve_forever\(/;

/** What can be read from the text of a server without running it. */
export const sourceHints = (file: string, text: string): SourceHints => {
  const lines = text.split('\n');
  const found = PORT.map(pattern => lines.findIndex(line => pattern.test(line)));
  const which = found.findIndex(index => index >= 0);
  const line = found[which] ?? -1;
  const port = Number(PORT[which]?.exec(lines[line] ?? '')?.[1] ?? 0);
  return { file, port, line: line + 1, health: HEALTH.exec(text)?.[1] ?? '', listens: LISTENS.test(text) };
};
