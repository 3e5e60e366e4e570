import type { BuildStamp } from './build-context.ts';
import type { ContextFile } from './context-files.ts';

const MOST = 10;

/** What differs between two looks at the inputs of a build, as people are told: a line each, ten at most. */
export const changesBetween = (before: BuildStamp, now: BuildStamp): string[] => {
  const changes = [
    ...argumentChanges(before.args, now.args),
    ...(before.platform === now.platform ? [] : ['platform changed']),
    ...(before.stage === now.stage ? [] : ['target stage changed']),
    ...(before.dockerfile.hash === now.dockerfile.hash ? [] : [`${printable(now.dockerfile.path)} changed`]),
    ...fileChanges(before.files, now.files),
  ];
  // The Dockerfile may be part of the context, too.
  const lines = [...new Set(changes)];
  if (lines.length <= MOST) return lines;
  return [...lines.slice(0, MOST - 1), `and ${lines.length - MOST + 1} more`];
};

type Hashes = BuildStamp['args'];

const argumentChanges = (before: Hashes, now: Hashes): string[] =>
  [...new Set([...Object.keys(now), ...Object.keys(before)])].flatMap(name => {
    if (before[name] === now[name]) return [];
    const what = before[name] === undefined ? 'is new' : now[name] === undefined ? 'is gone' : 'changed';
    return [`build argument ${printable(name)} ${what}`];
  });

const fileChanges = (before: readonly ContextFile[], now: readonly ContextFile[]): string[] => {
  const old = new Map(before.map(file => [file.path, file]));
  const present = new Set(now.map(({ path }) => path));
  const gone = before.filter(({ path }) => !present.has(path)).map(({ path }) => `${printable(path)} is gone`);
  return [...now.flatMap(file => fileChange(old.get(file.path), file)), ...gone];
};

const fileChange = (before: ContextFile | undefined, now: ContextFile): string[] => {
  const path = printable(now.path);
  if (!before) return [`${path} is new`];
  if (before.kind !== now.kind) return [`${path} is a ${now.kind} and was a ${before.kind}`];
  if (before.hash !== now.hash) return [`${path} changed`];
  if (before.mode !== now.mode) return [`${path} has permissions ${octal(now)} and had ${octal(before)}`];
  return [];
};

const octal = ({ mode }: ContextFile): string => mode.toString(8).padStart(3, '0');

/** A name may hold what would break the line, or a terminal. */
const printable = (name: string): string => (/[\p{C}\p{Zl}\p{Zp}]/u.test(name) ? JSON.stringify(name) : name);
