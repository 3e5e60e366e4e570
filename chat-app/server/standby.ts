/**
 * A relay that waits to take over from another: it holds neither the store nor the socket, and answers on a unix socket
 * `GET /healthz`, `GET /readyz` (could it take over, and what would it do to the data?), `POST /activate` (take over now)
 * and `POST /release` (give socket and store up; the end comes by signal).
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
import { effectOn, inspect } from './store/open.ts';

export interface Standby {
  stop(): Promise<void>;
}

/** `start` opens the store and listens. Throws `listen` when the unix socket cannot be had. */
export async function standBy(config: Config, log: Log, start: () => Promise<Service>): Promise<Standby> {
  const control = fastify();
  ignoreBodies(control);
  const activation = activations(start);
  healthRoutes(control, {
    state: () => activation.serving()?.health.state() ?? 'standby',
    ready: async () => (activation.serving() ? activation.serving()?.health.ready() : couldTakeOver(config)),
    details: () => (activation.serving() ? {} : effectIfReadable(config)),
  });
  control.post('/activate', async (_, reply) => {
    try {
      const { health, port } = await activation.activate();
      return { state: health.state(), port };
    } catch (error) {
      log.error('could not take over', { reason: reasonOf(error) });
      return reply.code(500).send({ state: 'standby', reason: reasonOf(error) });
    }
  });
  control.post('/release', async (_, reply) => {
    const service = activation.serving();
    if (!service) return reply.code(409).send({ state: 'standby', reason: 'this relay does not serve' });
    await service.release();
    return { state: service.health.state() };
  });
  await listenOn(control, config.standbySocket ?? '');
  log.info('standing by');
  return {
    stop: async () => {
      await activation.stop();
      await control.close();
    },
  };
}

/** Of a file that cannot be read, `ready` tells the reason. */
function effectIfReadable({ dataDir }: Config): object {
  try {
    return { data: effectOn(dataDir) };
  } catch (error) {
    if (error instanceof Problem) return {};
    throw error;
  }
}

interface Activation {
  serving(): Service | undefined;
  /** Once, however often it is asked for; after a failure it may be tried again. */
  activate(): Promise<Service>;
  stop(): Promise<void>;
}

function activations(start: () => Promise<Service>): Activation {
  let serving: Service | undefined;
  let starting: Promise<Service> | undefined;
  const begin = async () => {
    try {
      serving = await start();
      return serving;
    } finally {
      if (!serving) starting = undefined;
    }
  };
  return {
    serving: () => serving,
    activate: () => {
      starting ??= begin();
      return starting;
    },
    stop: async () => {
      await starting?.then(service => service.stop());
    },
  };
}

/** Whatever comes with an activation is of no interest. */
function ignoreBodies(control: FastifyInstance): void {
  control.removeAllContentTypeParsers();
  control.addContentTypeParser('*', (_, payload, done) => {
    payload.resume();
    done(null);
  });
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
