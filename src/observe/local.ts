import { scrypt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LocalFact } from '../core/facts/local.ts';
import { fileReleases } from '../engine/file-releases.ts';
import { sha256 } from '../engine/hash.ts';
import type { Observer, Subject } from './observer.ts';

export const observeLocal: Observer = async (subject): Promise<LocalFact> => {
  const { config } = subject;
  const [releases, backups, history, program, secrets] = await Promise.all([
    releasesIn(join(config.state, 'releases')),
    namesIn(join(config.state, 'backups')),
    fileReleases(join(config.state, 'history.jsonl')).list(),
    readFile(join(config.home, 'dist', 'supervisor.js')),
    digests(subject),
  ]);
  const ours = history.filter(({ target, app }) => target === 'local' && app === config.app.name);
  const served = ours.filter(({ result }) => result === 'serves').reverse();
  return {
    releases,
    backups,
    order: [...new Set(served.map(({ release }) => release))],
    settings: Object.fromEntries(served.reverse().map(({ release, settings = {} }) => [release, settings])),
    proved: served.at(-1)?.release ?? '',
    provedConfig: served.at(-1)?.config ?? '',
    supervisor: sha256(program).slice(0, 12),
    missing: config.app.secrets.filter(name => !subject.env[name]),
    secrets,
  };
};

const namesIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch(() => []);
  return names.filter(name => !name.includes('.')).sort((a, b) => (timeIn(a) < timeIn(b) ? 1 : -1));
};

const timeIn = (name: string): string => name.slice(name.indexOf('-'));

const releasesIn = async (folder: string): Promise<string[]> => {
  const names = await namesIn(folder);
  return names.filter(name => !name.startsWith('node-')).sort();
};

/** Slow on purpose, so that a short secret cannot be guessed from its digest; the same on every run of a project. */
const digests = async ({ config, env }: Subject): Promise<Record<string, string>> => {
  const entries = config.app.secrets.map(async name => [
    name,
    await digest(env[name] ?? '', `${config.root}\0${name}`),
  ]);
  return Object.fromEntries(await Promise.all(entries));
};

const derive = promisify(scrypt) as (secret: string, salt: string, length: number) => Promise<Buffer>;

const digest = async (value: string, salt: string): Promise<string> => (await derive(value, salt, 8)).toString('hex');
