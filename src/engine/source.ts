import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFact } from '../core/facts/source.ts';
import { jsonLines, readIfThere, writeWhole } from './files.ts';
import { type HashedFile, hashFiles, hashOf, type Known } from './hash.ts';

/** What an app is made from, and where the result lies. All paths absolute. */
export interface SourceSubject {
  readonly root: string;
  readonly inputs: readonly string[];
  /** Empty when there is nothing to build: then the inputs are the output. */
  readonly command: readonly string[];
  readonly output: string;
}

/** What an output folder was built from. Written into it after the build, and no part of a release. */
export const STAMP = '.bytechat-build.json';

interface Stamp {
  readonly hash: string;
  readonly files: readonly HashedFile[];
}

export const readSource = async (subject: SourceSubject): Promise<SourceFact> => {
  const stamp = subject.command.length === 0 ? undefined : await readStamp(subject.output);
  const files = filesOf(subject, stamp);
  const hash = hashOf(files, ...subject.command);
  const missing = await missingOf(subject);
  if (subject.command.length === 0) return { hash, files: files.length, built: hash, changed: [], missing };
  return {
    hash,
    files: files.length,
    built: stamp?.hash ?? '',
    changed: differences(stamp?.files ?? [], files),
    missing,
  };
};

/** Says what the output was built from. Answers with the hash, for whoever planned with another one. */
export const stampSource = async (subject: SourceSubject): Promise<string> => {
  const files = filesOf(subject);
  const stamp: Stamp = { hash: hashOf(files, ...subject.command), files };
  await writeWhole(join(subject.output, STAMP), JSON.stringify(stamp));
  return stamp.hash;
};

const filesOf = ({ root, inputs }: SourceSubject, stamp?: Stamp): HashedFile[] =>
  hashFiles(root, inputs, knownFrom(stamp)).filter(({ path }) => !path.endsWith(STAMP));

const knownFrom = (stamp: Stamp | undefined): Known => new Map(stamp?.files.map(file => [file.path, file]));

const readStamp = async (output: string): Promise<Stamp | undefined> => {
  // A stamp that is torn says nothing: the app is built again.
  return jsonLines<Stamp>((await readIfThere(join(output, STAMP))) ?? '')[0];
};

const missingOf = async ({ inputs }: SourceSubject): Promise<string[]> => {
  const found = await Promise.all(
    inputs.map(input =>
      stat(input).then(
        () => true,
        () => false,
      ),
    ),
  );
  return inputs.filter((_, index) => !found[index]);
};

const MOST = 10;

const differences = (before: readonly HashedFile[], now: readonly HashedFile[]): string[] => {
  if (before.length === 0) return [];
  const old = new Map(before.map(({ path, hash }) => [path, hash]));
  const changed = now.filter(({ path, hash }) => old.get(path) !== hash).map(({ path }) => path);
  const present = new Set(now.map(({ path }) => path));
  return [...changed, ...before.map(({ path }) => path).filter(path => !present.has(path))].slice(0, MOST);
};
