import { join } from 'node:path';
import type { ServingFact } from '../core/facts/local.ts';
import type { RunningRelease, SupervisorStatus } from '../core/serve.ts';
import { urlOf } from '../core/url.ts';
import { isAlive } from '../engine/process-identity.ts';
import type { Observer } from './observer.ts';

interface Found {
  readonly answers: boolean;
  readonly status: SupervisorStatus;
}

const NOTHING: ServingFact = {
  supervisor: 'none',
  version: '',
  release: '',
  config: '',
  pid: 0,
  url: '',
  port: 0,
  since: '',
  log: '',
  restarts: 0,
};

export const observeServing: Observer = async ({ config }, { call }): Promise<ServingFact> => {
  const found = (await call('supervisor', 'status', { run: join(config.state, 'run') })) as unknown as
    | Found
    | undefined;
  if (!found) return NOTHING;
  const { answers, status } = found;
  const current = status.current && isAlive(status.current) ? status.current : undefined;
  const fact = {
    ...NOTHING,
    supervisor: answers ? 'answers' : 'gone',
    version: status.version,
    restarts: status.restarts,
  } as const;
  return current ? { ...fact, ...running(current, status) } : fact;
};

const running = ({ release, config, pid, since, log }: RunningRelease, { host, port }: SupervisorStatus) => ({
  release,
  config,
  pid,
  since,
  log,
  port,
  url: urlOf(host, port),
});
