import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Mention } from '../core/facts/readme.ts';
import { readIfThere } from '../engine/files.ts';
import type { Observer } from './observer.ts';

/** Links to local files, and commands, that the project's README names. */
export const observeReadme: Observer = async ({ config: { root } }): Promise<Mention[]> => {
  const file = join(root, 'README.md');
  const text = await readIfThere(file);
  if (text === undefined) return [];
  const scripts = await scriptsOf(root);
  return Promise.all(
    mentionsIn(text).map(async mention => ({ ...mention, file, exists: await isThere(mention, { file, scripts }) })),
  );
};

interface Found {
  readonly kind: Mention['kind'];
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly excerpt: string;
}

const PATTERNS: readonly { readonly kind: Mention['kind']; readonly code: boolean; readonly pattern: RegExp }[] = [
  { kind: 'link', code: false, pattern: /\]\((?!https?:|mailto:|#)([^)#\s]+)/g },
  { kind: 'command', code: true, pattern: /(?:^|[\s`])(?:npx )?bytechat ([a-z][a-z-]*)/g },
  { kind: 'script', code: true, pattern: /(?:^|[\s`])npm run ([a-z][\w:-]*)/g },
];

/** Links stand in prose, commands in code: blocks between fences, and words between backticks. */
export const mentionsIn = (text: string): Found[] => {
  let fenced = false;
  return text.split('\n').flatMap((excerpt, index) => {
    if (/^\s*```/.test(excerpt)) {
      fenced = !fenced;
      return [];
    }
    return PATTERNS.filter(({ code }) => code || !fenced).flatMap(({ kind, code, pattern }) =>
      [...excerpt.matchAll(pattern)]
        .filter(match => !code || fenced || isInBackticks(excerpt, match.index + match[0].length - 1))
        .map(match => {
          const word = match[1] ?? '';
          return { kind, text: word, line: index + 1, column: match.index + match[0].lastIndexOf(word) + 1, excerpt };
        }),
    );
  });
};

const isInBackticks = (line: string, at: number): boolean => (line.slice(0, at).split('`').length - 1) % 2 === 1;

const isThere = async (
  { kind, text }: Found,
  { file, scripts }: { file: string; scripts: readonly string[] },
): Promise<boolean> => {
  if (kind === 'script') return scripts.includes(text);
  if (kind === 'command') return true;
  return access(join(dirname(file), decoded(text))).then(
    () => true,
    () => false,
  );
};

/** A link with a lone % is a path as it stands. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** None when there is no package.json, or one that is no JSON: that is for npm to say. */
const scriptsOf = async (root: string): Promise<string[]> => {
  const text = (await readIfThere(join(root, 'package.json'))) ?? '{}';
  try {
    const { scripts = {} } = JSON.parse(text) as { scripts?: Record<string, string> };
    return Object.keys(scripts);
  } catch {
    return [];
  }
};
