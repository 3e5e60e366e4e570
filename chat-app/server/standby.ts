/**
 * A relay that waits to take over from another: it holds neither the store nor the socket, and answers on a unix socket
 * `GET /healthz`, `GET /readyz` (could it take over?) and `POST /activate` (take over now).
 */
import { accessSync, chmodSync, constants, existsSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { Problem, reasonOf } from './problem.ts';
import { healthRoutes } from './routes/health.ts';
import type { Service } from './service.ts';
import { inspect } from './store/open.ts';

export interface Standby {
  stop(): Promise<void>;
}

/** `start` opens the store and listens. Throws `listen` when the unix socket cannot be had. */
export async function standBy(config: Config, log: Log, start: () => Promise<Service>): Promise<Standby> {
  const path = config.standbySocket ?? '';
  let serving: Service | undefined;
  let activation: Promise<Service> | undefined;
  const control = fastify();
  healthRoutes(control, {
    state: () => serving?.health.state() ?? 'standby',
    ready: async () => (serving ? serving.health.ready() : couldTakeOver(config)),
  });
  control.post('/activate', async (_, reply) => {
    activation ??= start();
    try {
      serving = await activation;
      return { state: serving.health.state(), port: serving.port };
    } catch (error) {
      activation = undefined;
      log.error('could not take over', { reason: reasonOf(error) });
      return reply.code(500).send({ state: 'standby', reason: reasonOf(error) });
    }
  });
  await listenOn(control, path);
  log.info('standing by');
  return {
    stop: async () => {
      await activation?.then(service => service.stop());
      await control.close();
    },
  };
}

/** Throws the reason why not. Nothing is written. */
function couldTakeOver({ clientDir, dataDir }: Config): void {
  if (clientDir === undefined) throw new Error('no built client is there: set CLIENT_DIR to its folder');
  if (existsSync(dataDir)) accessSync(dataDir, constants.R_OK | constants.W_OK);
  inspect(dataDir);
}

async function listenOn(control: FastifyInstance, path: string): Promise<void> {
  try {
    if (existsSync(path) && !(await isAnswered(path))) rmSync(path);
    await control.listen({ path });
    // Whoever may connect may also activate.
    chmodSync(path, 0o600);
  } catch (error) {
    throw new Problem('listen', `Cannot listen on STANDBY_SOCKET ${path}: ${reasonOf(error)}`, error);
  }
}

/** A socket file that outlived its process answers nobody. */
const isAnswered = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
