import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { changesBetween } from './build-changes.ts';
import { type ContextFile, contextFiles } from './context-files.ts';
import { jsonLines, readIfThere, writeWhole } from './files.ts';
import { type Known, sha256 } from './hash.ts';
import { readPatterns } from './ignore-file.ts';

/** What an image is built from, and how. All paths absolute. */
export interface BuildSubject {
  /** The folder that is sent to BuildKit, but for what is ignored. */
  readonly context: string;
  /** May lie outside of the context. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  /** The stage that becomes the image; the last one when it is not named. */
  readonly stage?: string;
  /** Such as `linux/amd64`. */
  readonly platform: string;
}

/** What an image would be built from now. */
export interface BuildInputs {
  /** Of each path with its kind, permissions and content; of arguments, stage, platform and Dockerfile. */
  readonly hash: string;
  /** The first 12 characters of the hash, as a tag of the image. */
  readonly tag: string;
  /** Files and links, without folders. */
  readonly files: number;
  readonly bytes: number;
  /** What differs from the stamp, a line each, at most ten. Empty when there is no stamp. */
  readonly changed: readonly string[];
  /** The hash in the stamp; empty when there is none. */
  readonly built: string;
  /** What lies in the context and changes by itself, so that every look would find other inputs: `.bytechat`, `.git`. */
  readonly restless: readonly string[];
  /** The context or the Dockerfile, when it is not there. */
  readonly missing: readonly string[];
}

/** All of it, for the next time. Arguments by the hash of their value: one may be a secret. */
export interface BuildStamp {
  readonly hash: string;
  readonly dockerfile: { readonly path: string; readonly hash: string };
  readonly args: Readonly<Record<string, string>>;
  readonly stage: string;
  readonly platform: string;
  readonly files: readonly ContextFile[];
}

const TAG_LENGTH = 12;

const RESTLESS = ['.bytechat', '.git'];

/**
 * Looks at the inputs as BuildKit would see them; what looks as it does in the stamp is not read again. A stamp that is
 * torn counts as none. Throws `no-permission` for what cannot be read, `invalid-value` for an ignore file that is none.
 */
export const readBuild = async (subject: BuildSubject, stampFile: string): Promise<BuildInputs> => {
  const stamp = await readStamp(stampFile);
  const { hash, ...now } = await lookAt(subject, new Map(stamp?.files.map(file => [file.path, file])));
  return {
    hash,
    tag: hash.slice(0, TAG_LENGTH),
    files: now.files.filter(({ kind }) => kind !== 'folder').length,
    bytes: now.files.reduce((sum, { bytes }) => sum + bytes, 0),
    changed: stamp && stamp.hash !== hash ? changesBetween(stamp, { hash, ...now }) : [],
    built: stamp?.hash ?? '',
    restless: RESTLESS.filter(name => now.files.some(({ path }) => path === name)),
    missing: await missingOf(subject),
  };
};

/** Says what the image was built from. Answers with the hash, for whoever planned with another one. */
export const stampBuild = async (subject: BuildSubject, stampFile: string): Promise<string> => {
  const stamp = await lookAt(subject, new Map());
  await writeWhole(stampFile, JSON.stringify(stamp));
  return stamp.hash;
};

const lookAt = async (subject: BuildSubject, known: Known): Promise<BuildStamp> => {
  const { args, stage = '', platform } = subject;
  const parts = {
    dockerfile: await dockerfileOf(subject),
    args: Object.fromEntries(
      Object.entries(args)
        .map(([name, value]) => [name, sha256(value)])
        .sort(),
    ),
    stage,
    platform,
    files: await filesOf(subject, known),
  };
  return { hash: hashOfParts(parts), ...parts };
};

const hashOfParts = ({ dockerfile, args, stage, platform, files }: Omit<BuildStamp, 'hash'>): string => {
  const lines = files.map(({ path, kind, mode, hash }) => [path, kind, mode, hash]);
  return sha256(JSON.stringify([dockerfile.hash, args, stage, platform, lines]));
};

/** As the context names it, if it lies there. Its place is not part of the hash. */
const dockerfileOf = async ({ context, dockerfile }: BuildSubject): Promise<BuildStamp['dockerfile']> => {
  const path = isWithin(context, dockerfile) ? relative(context, dockerfile) : dockerfile;
  return { path, hash: sha256((await textOf(dockerfile)) ?? '') };
};

const filesOf = async ({ context, dockerfile }: BuildSubject, known: Known): Promise<ContextFile[]> => {
  if (!(await isFolder(context))) return [];
  const file =
    (await ignoreFileIn(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`)) ??
    (await ignoreFileIn(context, '.dockerignore'));
  const patterns = file === undefined ? [] : readPatterns((await readIfThere(file)) ?? '', file);
  return contextFiles(context, patterns, known);
};

/** An empty one counts, too: then nothing is ignored. A link that leads out of the folder leads Docker nowhere. */
const ignoreFileIn = async (folder: string, name: string): Promise<string | undefined> => {
  const file = join(folder, name);
  if ((await textOf(file)) === undefined) return undefined;
  return isWithin(await realpath(folder), await realpath(file)) ? file : undefined;
};

const missingOf = async ({ context, dockerfile }: BuildSubject): Promise<string[]> => [
  ...((await isFolder(context)) ? [] : [context]),
  ...((await textOf(dockerfile)) === undefined ? [dockerfile] : []),
];

const isWithin = (folder: string, file: string): boolean => file.startsWith(join(folder, sep));

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isDirectory(),
    () => false,
  );

/** A folder of that name has none. */
const textOf = async (file: string): Promise<string | undefined> =>
  (await isFolder(file)) ? undefined : readIfThere(file);

const readStamp = async (file: string): Promise<BuildStamp | undefined> => {
  const stamp = jsonLines<BuildStamp>((await readIfThere(file)) ?? '')[0];
  return typeof stamp?.hash === 'string' && Array.isArray(stamp.files) ? stamp : undefined;
};
