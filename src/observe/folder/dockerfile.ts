import type { DockerHints } from '../../core/facts/folder.ts';

/** What the last stage runs, and the port that it exposes. */
export const dockerHints = (text: string): DockerHints => {
  const lines = text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/);
  const last = (instruction: string): string => {
    const pattern = new RegExp(`^\\s*${instruction}\\s+`, 'i');
    return (
      lines
        .findLast(line => pattern.test(line))
        ?.replace(pattern, '')
        .trim() ?? ''
    );
  };
  const [entrypoint, command] = [last('ENTRYPOINT'), last('CMD')];
  return {
    command: [...wordsOf(entrypoint), ...wordsOf(command)],
    line: [entrypoint, command].find(written => written !== '' && !written.startsWith('[')) ?? '',
    port: Number(/^\d+/.exec(last('EXPOSE'))?.[0] ?? 0),
  };
};

/** The form of JSON. */
const wordsOf = (written: string): string[] => {
  try {
    const words: unknown = JSON.parse(written);
    return Array.isArray(words) ? words.map(String) : [];
  } catch {
    return [];
  }
};
