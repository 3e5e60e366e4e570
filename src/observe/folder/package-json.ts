import type { NodeHints } from '../../core/facts/folder.ts';

/** Null when there is no package.json, or one that is no JSON. */
export const nodeHints = (text: string | undefined, entries: readonly string[]): NodeHints | null => {
  const found = text === undefined ? undefined : parsed(text);
  if (!found) return null;
  const { name, main, scripts, dependencies, devDependencies } = found;
  return {
    name: textOf(name),
    main: textOf(main),
    start: textOf(fieldsOf(scripts).start),
    build: textOf(fieldsOf(scripts).build),
    dependencies: [...Object.keys(fieldsOf(dependencies)), ...Object.keys(fieldsOf(devDependencies))].sort(),
    manager: managerOf(entries),
  };
};

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
};

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const managerOf = (entries: readonly string[]): string => {
  if (entries.includes('pnpm-lock.yaml')) return 'pnpm';
  return entries.includes('yarn.lock') ? 'yarn' : 'npm';
};
