import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeptFact } from '../core/facts/kept.ts';
import type { TargetName } from '../core/target.ts';
import { isInCluster } from '../core/target.ts';
import { keptInDocker } from './docker/kept.ts';
import { keptInCluster } from './kubernetes/kept.ts';
import { keptOnDisk } from './local/kept.ts';
import type { Ask, Observer, Subject } from './observer.ts';
import { recordsOf } from './records.ts';

/** What lies at the place itself: the rest is told by history. */
export type Stock = Pick<KeptFact, 'releases' | 'backups' | 'keeper'>;

const stocks: Readonly<Record<TargetName, (subject: Subject, ask: Ask) => Promise<Stock>>> = {
  local: keptOnDisk,
  docker: keptInDocker,
  kubernetes: keptInCluster,
  gcp: keptInCluster,
};

export const observeKept: Observer = async (subject, ask): Promise<KeptFact> => {
  const { config } = subject;
  const [stock, history, secrets] = await Promise.all([
    stocks[config.target](subject, ask),
    recordsOf(subject, ask),
    digests(subject),
  ]);
  const ours = history.filter(({ target, app }) => target === config.target && app === config.app.name);
  const served = ours.filter(({ result }) => result === 'serves').reverse();
  return {
    ...stock,
    order: [...new Set(served.map(({ release }) => release))],
    settings: Object.fromEntries(served.reverse().map(({ release, settings = {} }) => [release, settings])),
    proved: served.at(-1)?.release ?? '',
    provedConfig: served.at(-1)?.config ?? '',
    missing: config.app.secrets.filter(name => !subject.env[name]),
    secrets,
  };
};

export const observeLogin: Observer = async (subject): Promise<string> => {
  const { config, env } = subject;
  const { password } = config.registry ?? {};
  const value = password === undefined ? undefined : env[password];
  return value ? digest(value, `${saltOf(config)}\0registry`) : '';
};

const digests = async ({ config, env }: Subject): Promise<Record<string, string>> => {
  const entries = config.app.secrets.map(async name => [
    name,
    await digest(env[name] ?? '', `${saltOf(config)}\0${name}`),
  ]);
  return Object.fromEntries(await Promise.all(entries));
};

/** Where others deploy the same from other folders, the same secret has the same digest in all of them. */
const saltOf = ({ target, root, kubernetes: { namespace }, app }: Subject['config']): string =>
  isInCluster(target) ? `${namespace}/${app.name}` : root;

const derive = promisify(scrypt) as (secret: string, salt: string, length: number) => Promise<Buffer>;

/** Slow on purpose, so that a short secret cannot be guessed from its digest; the same on every run of a project. */
const digest = async (value: string, salt: string): Promise<string> => (await derive(value, salt, 8)).toString('hex');
