import { isDeepStrictEqual } from 'node:util';
import { BytechatError } from '../../core/problem.ts';
import type { DockerConfig } from './docker-config.ts';

/**
 * Docker's settings with a credential helper for one registry. What else they say stays as it is written, where it is:
 * the new words are put between. The very same text, when it says so already. Pure.
 */
export const withCredHelper = (text: string, host: string, helper: string): string => {
  const before = text.trim() === '' ? {} : parsed(text);
  if (before.credHelpers?.[host] === helper) return text;
  const after = { ...before, credHelpers: { ...before.credHelpers, [host]: helper } };
  const ways = [replaced(text, host, helper), added(text, host, helper), begun(text, host, helper)];
  const found = ways.find(way => way !== undefined && says(way, after));
  return found ?? `${JSON.stringify(after, null, indentOf(text))}\n`;
};

const parsed = (text: string): DockerConfig => {
  const found: unknown = JSON.parse(text);
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as DockerConfig;
  throw new SyntaxError('it is no object');
};

const says = (text: string, wanted: object): boolean => {
  try {
    return isDeepStrictEqual(JSON.parse(text), wanted);
  } catch {
    return false;
  }
};

const indentOf = (text: string): string => /\n([ \t]+)"/.exec(text)?.[1] ?? '\t';

const quoted = (text: string): string => JSON.stringify(text);
const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Another helper of this registry gives way. */
const replaced = (text: string, host: string, helper: string): string | undefined => {
  const old = new RegExp(`("credHelpers"\\s*:\\s*\\{[^}]*?${literally(quoted(host))}\\s*:\\s*)"[^"]*"`);
  return old.test(text) ? text.replace(old, (_, start: string) => start + quoted(helper)) : undefined;
};

/** The first among those that are there. */
const added = (text: string, host: string, helper: string): string | undefined => {
  const open = /("credHelpers"\s*:\s*\{)(\s*)("?)/;
  return open.test(text)
    ? text.replace(open, (_, start: string, gap: string, next: string) => {
        const end = next === '' ? gap : `,${gap}${next}`;
        const lead = next === '' && gap === '' ? '' : gap;
        return `${start}${lead}${quoted(host)}: ${quoted(helper)}${end}`;
      })
    : undefined;
};

/** The first of all. */
const begun = (text: string, host: string, helper: string): string | undefined => {
  const step = indentOf(text);
  const entry = `\n${step}"credHelpers": {\n${step}${step}${quoted(host)}: ${quoted(helper)}\n${step}}`;
  return /^\s*\{\s*"/.test(text) ? text.replace('{', `{${entry},`) : undefined;
};

/** Says which file it is that cannot be read. */
export const inFile =
  (file: string, edit: (text: string) => string) =>
  (text: string): string => {
    try {
      return edit(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new BytechatError({
        code: 'invalid-value',
        message: `${file} is not JSON`,
        because: error.message,
        fix: 'correct it, or move it away and run docker login again',
      });
    }
  };
