import { join } from 'node:path';
import { nothingServes, type ServingFact } from '../../core/facts/serving.ts';
import type { RunningRelease, SupervisorStatus } from '../../core/serve.ts';
import { urlOf } from '../../core/url.ts';
import { isAlive } from '../../engine/process-identity.ts';
import type { Observer } from '../observer.ts';

interface Found {
  readonly answers: boolean;
  readonly status: SupervisorStatus;
}

export const servingOnThisMachine: Observer = async ({ config }, { call }): Promise<ServingFact> => {
  const found = (await call('supervisor', 'status', { run: join(config.state, 'run') })) as unknown as
    | Found
    | undefined;
  if (!found) return nothingServes;
  const { answers, status } = found;
  const current = status.current && isAlive(status.current) ? status.current : undefined;
  const fact = {
    ...nothingServes,
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
