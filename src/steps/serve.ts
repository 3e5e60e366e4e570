import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { type Action, call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { kept } from '../core/facts/kept.ts';
import { type ServingFact, serving } from '../core/facts/serving.ts';
import { nameFor, short } from '../core/hash.ts';
import type { JsonObject } from '../core/json.ts';
import type { ServeSpec } from '../core/serve.ts';
import type { Change, Step } from '../core/step.ts';
import { folderOf } from './release.ts';
import { secretsOf } from './settings.ts';

/** The hash of how a release is run: what it is called with, not what it is. */
export const configOf = (config: Config, facts: Facts): string =>
  nameFor({ ...runSettings(config), secrets: need(kept, facts).secrets });

/** How the app is run, as JSON without a secret: what history keeps, and a rollback takes. */
export const runSettings = ({ app }: Config): JsonObject => {
  const { command, env, host, port, handover, drain, secrets } = app;
  return { command, env, host, port: { ...port }, handover, drain, secrets };
};

export const specOf = (config: Config, facts: Facts, release: string): ServeSpec => {
  const { app, state } = config;
  return {
    app: app.name,
    release,
    config: configOf(config, facts),
    command: app.command,
    folder: folderOf(config, release),
    env: { ...app.env, ...secretsOf(app) },
    host: app.host,
    port: app.port,
    handover: app.handover,
    data: join(state, 'data'),
    log: join(folderOfLogs(config), `${release}.log`),
    drainMs: app.drain * 1000,
  };
};

export const folderOfLogs = ({ state }: Config): string => join(state, 'logs');

export const runFolder = ({ state }: Config): string => join(state, 'run');

const CONTROL = { $value: 'supervisor.control' };

const ensure = (config: Config, facts: Facts) =>
  call(
    'supervisor',
    'ensure',
    {
      run: runFolder(config),
      app: config.app.name,
      program: join(config.home, 'dist', 'supervisor.js'),
      version: need(kept, facts).keeper,
      home: join(config.state, 'supervisor'),
      node: join(config.state, 'releases'),
    },
    'supervisor',
  );

export interface Serve {
  readonly release: string;
  /** See `DataRisk`. */
  readonly acceptDataLoss: boolean;
  /** A copy of the data that takes the place of the data; then the release starts only after that. */
  readonly restore?: string;
}

const backupsFolder = ({ state }: Config): string => join(state, 'backups');

/** Starts the release beside the one that serves, and lets it prove itself where nobody sees it. */
export const startStandby = (config: Config, facts: Facts, { release, acceptDataLoss }: Serve): Step => ({
  id: 'start',
  title: `Start ${short(release)} beside what serves`,
  needs: [serving.name],
  changes: [],
  actions: [
    ensure(config, facts),
    call(
      'supervisor',
      'standby',
      { control: CONTROL, spec: specOf(config, facts, release) as unknown as JsonObject },
      'standby',
    ),
    call(
      'data',
      'guard',
      {
        at: { socket: { $value: 'standby.socket' } },
        from: need(serving, facts).release,
        to: release,
        accept: acceptDataLoss,
        backups: backupsFolder(config),
      },
      'data',
    ),
    call('health', 'wait', { ...healthOf(config, release), at: { socket: { $value: 'standby.socket' } }, passes: 1 }),
  ],
  undo: [call('supervisor', 'discard', { control: CONTROL })],
});

/** Hands the address over. Putting it back means that the one before serves again, and is healthy. */
export const switchOver = (config: Config, facts: Facts, serve: Serve): Step => {
  const { release } = serve;
  const before = need(serving, facts);
  const standby = startsBeside(config, serve);
  return {
    id: 'switch',
    title: before.release === '' ? `Serve ${short(release)}` : `Hand over to ${short(release)}`,
    needs: [serving.name],
    changes: [changeOf(before, release)],
    actions: [
      ...(standby ? [] : [ensure(config, facts)]),
      call(
        'supervisor',
        'switch',
        {
          control: CONTROL,
          spec: { ...(specOf(config, facts, release) as unknown as JsonObject), ...dataOf(serve, standby) },
        },
        'serving',
      ),
    ],
    undo: [call('supervisor', 'back', { control: CONTROL, from: release }), ...proofOf(config, before)],
  };
};

/** Whether it can prove itself before it serves: not when its data have to be put in place first. */
export const startsBeside = ({ app }: Config, { restore }: Pick<Serve, 'restore'>): boolean =>
  app.handover === 'standby' && restore === undefined;

const dataOf = ({ restore }: Serve, standby: boolean): JsonObject => {
  if (standby) return { backup: { $value: 'data.backup' }, oneWay: { $value: 'data.oneWay' } };
  return restore === undefined ? {} : { restore, handover: 'socket' };
};

/** The one before is not merely started again: it is asked. */
const proofOf = (config: Config, { release, url }: ServingFact): Action[] =>
  release === '' ? [] : [call('health', 'wait', { ...healthOf(config, release), at: { url }, passes: 1 })];

const changeOf = ({ release: old, url }: ServingFact, release: string): Change => {
  if (old === '') return { action: 'create', what: `a process that serves ${short(release)}` };
  const because = old === release ? 'its settings or its supervisor changed' : undefined;
  return { action: 'change', what: `${url} from ${short(old)} to ${short(release)}`, ...(because && { because }) };
};

const healthOf = (config: Config, release: string): JsonObject => ({
  checks: config.app.health as unknown as JsonObject[],
  withinMs: config.health.within * 1000,
  release,
  folder: folderOf(config, release),
  run: runFolder(config),
});

/** Proves the release at the address that people use. */
export const checkHealth = (config: Config, release: string, url: string | { $value: string }): Step => ({
  id: 'health',
  title: 'Prove that it serves',
  needs: [],
  changes: [],
  actions: [
    call('health', 'wait', { ...healthOf(config, release), at: { url } as JsonObject, passes: config.health.passes }),
  ],
});
