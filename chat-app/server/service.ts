/** A relay that serves: store, app and socket together. */
import type { App } from './app.ts';
import { buildApp } from './app.ts';
import { scheduleBackups } from './backups.ts';
import type { Config } from './config.ts';
import { listen } from './listen.ts';
import type { Log } from './log.ts';
import { openStore } from './store/open.ts';

export interface Service {
  port: number;
  health: App['health'];
  /** Gives up socket and store; what was accepted is still answered. */
  release(): Promise<void>;
  /** Resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** Throws a Problem when it cannot serve, and leaves nothing open then. */
export async function startService(config: Config, log: Log): Promise<Service> {
  const store = openStore(config.dataDir);
  const app = await buildApp({ config, store, log });
  try {
    const port = await listen(app.server, config);
    log.info('listening', { port, host: config.inherited ? undefined : config.host });
    const backups = scheduleBackups(config, log);
    const release = async () => {
      await backups.stop();
      await app.release();
    };
    const stop = async () => {
      await backups.stop();
      await app.drain();
    };
    return { port, health: app.health, release, stop };
  } catch (error) {
    await app.drain();
    throw error;
  }
}
