import { join } from 'node:path';
import process from 'node:process';
import type { Config } from '../config/config.ts';
import { keptFolder, shownState } from '../config/state.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { environments } from '../core/facts/environments.ts';
import { git } from '../core/facts/git.ts';
import { kept } from '../core/facts/kept.ts';
import { machine } from '../core/facts/machine.ts';
import { ports } from '../core/facts/ports.ts';
import { serving } from '../core/facts/serving.ts';
import { source } from '../core/facts/source.ts';
import { short } from '../core/hash.ts';
import type { Change, Step } from '../core/step.ts';
import { buildApp } from '../steps/build.ts';
import { cleanReleases } from '../steps/clean.ts';
import { copyRelease, releaseOf } from '../steps/release.ts';
import {
  checkHealth,
  configOf,
  folderOfLogs,
  runFolder,
  runSettings,
  type Serve,
  startStandby,
  startsBeside,
  switchOver,
} from '../steps/serve.ts';
import { withSettings } from '../steps/settings.ts';
import type { Decision, Target } from './target.ts';

/** This machine: a background process that outlives the terminal, behind a small supervisor. */
export const local: Target = {
  name: 'local',
  summary: 'this machine, as a background process',
  facts: [git.name, machine.name, source.name, serving.name, kept.name, ports.name, environments.name],
  place: config => `state ${shownState(config)}`,

  wanted: (config, facts) => ({ release: releaseOf(config, facts), config: configOf(config, facts) }),

  logs: (config, facts, options) =>
    call('logs', 'tail', { folder: folderOfLogs(config), file: need(serving, facts).log, ...options }),

  build: (config, facts) => buildApp(config, facts, process.execPath),

  deploy(config, facts, { acceptDataLoss }) {
    const release = releaseOf(config, facts);
    const make = [...buildApp(config, facts, process.execPath), ...copyRelease(config, facts)];
    return decide(config, facts, { release, acceptDataLoss, make, clean: cleanReleases(config, facts, release) });
  },

  rollback(config, facts, { release, acceptDataLoss }) {
    const { settings, backups } = need(kept, facts);
    const then = withSettings(config, settings[release]);
    const backup = acceptDataLoss ? backups.find(name => name.startsWith(`${release}-`)) : undefined;
    const restore = backup === undefined ? {} : { restore: join(config.state, 'backups', backup) };
    return decide(then, facts, { release, acceptDataLoss, make: [], clean: [], ...restore });
  },

  destroy(config, facts, { data }) {
    const now = need(serving, facts);
    const steps = [...endSteps(config, facts), ...removeSteps(config, facts, data)];
    return {
      steps,
      leftovers: data && (steps.length > 0 || now.supervisor !== 'none') ? leftoversOf(config, facts) : [],
    };
  },
};

interface Parts extends Serve {
  readonly make: readonly Step[];
  readonly clean: readonly Step[];
}

const decide = (config: Config, facts: Facts, { make, clean, ...serve }: Parts): Decision => {
  const { release } = serve;
  const named = { release, config: configOf(config, facts), settings: runSettings(config) };
  if (!isServing(config, facts, named)) {
    const start = startsBeside(config, serve) ? [startStandby(config, facts, serve)] : [];
    const health = checkHealth(config, release, { $value: 'serving.url' });
    return { ...named, steps: [...make, ...start, switchOver(config, facts, serve), health, ...clean] };
  }
  const { proved, provedConfig } = need(kept, facts);
  if (proved === release && provedConfig === named.config) return { ...named, steps: [] };
  // It serves, and the run that let it serve did not live to prove it.
  return { ...named, steps: [checkHealth(config, release, need(serving, facts).url)] };
};

const isServing = (_config: Config, facts: Facts, wanted: { release: string; config: string }): boolean => {
  const now = need(serving, facts);
  const current = now.supervisor === 'answers' && now.version === need(kept, facts).keeper;
  return current && now.release === wanted.release && now.config === wanted.config;
};

const endSteps = (config: Config, facts: Facts): Step[] => {
  const { supervisor, release, pid } = need(serving, facts);
  if (supervisor === 'none') return [];
  return [
    {
      id: 'end',
      title: `End ${config.app.name}`,
      needs: [serving.name],
      changes: release === '' ? [] : [{ action: 'delete', what: `process ${pid}, which serves ${short(release)}` }],
      actions: [call('supervisor', 'end', { run: runFolder(config) })],
    },
  ];
};

/** What deploy made, and nothing else; the messages only when asked, and with them the history. */
const MADE = ['releases', 'supervisor', 'run', 'logs', 'evidence'];

/** The lock goes with the last environment: the others count on its numbers. */
const leftoversOf = ({ root, state, environment }: Config, facts: Facts): string[] => {
  const others = environments.of(facts) ?? [];
  if (others.length === 0) return [keptFolder(root)];
  return environment === undefined ? [join(state, 'journal')] : [state];
};

const removeSteps = (config: Config, facts: Facts, data: boolean): Step[] => {
  const { releases } = need(kept, facts);
  if (releases.length === 0 && need(serving, facts).supervisor === 'none' && !data) return [];
  const shown = shownState(config);
  const names = data ? [...MADE, 'data', 'backups', 'history.jsonl'] : MADE;
  const stays: Change[] = data
    ? []
    : [{ action: 'keep', what: `the messages in ${shown}/data`, because: '--data deletes them too' }];
  return [
    {
      id: 'remove',
      title: 'Remove what deploy made',
      needs: [kept.name],
      changes: [...names.map((name): Change => ({ action: 'delete', what: `${shown}/${name}` })), ...stays],
      actions: [call('files', 'remove', { paths: names.map(name => join(config.state, name)) })],
    },
  ];
};
