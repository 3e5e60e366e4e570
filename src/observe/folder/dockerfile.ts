import type { DockerHints } from '../../core/facts/folder.ts';

/** What the last stage runs, and the port that it exposes. */
export const dockerHints = (text: string): DockerHints => {
  const lines = text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/);
  const last = (instruction: RegExp): string => lines.findLast(line => instruction.test(line))?.trim() ?? '';
  const words = [...wordsOf(last(/^\s*ENTRYPOINT\s/i)), ...wordsOf(last(/^\s*CMD\s/i))];
  return { command: words, port: Number(/^EXPOSE\s+(\d+)/i.exec(last(/^\s*EXPOSE\s/i))?.[1] ?? 0) };
};

/** The form of JSON, or that of the shell when it needs no shell. */
const wordsOf = (line: string): string[] => {
  const written = line.replace(/^\w+\s+/, '');
  if (written.startsWith('[')) return jsonWords(written);
  return /^[\w@%+=:,./ -]*$/.test(written) ? written.split(/\s+/).filter(Boolean) : ['sh', '-c', `exec ${written}`];
};

const jsonWords = (text: string): string[] => {
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) ? words.map(String) : [];
  } catch {
    return [];
  }
};
