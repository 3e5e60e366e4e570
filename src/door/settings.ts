import process from 'node:process';

/** What a door is started with, from its environment. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** The folder that it shares with the apps: private sockets, its own state and control socket. Absolute. */
  readonly run: string;
  /** The data of the app: a mount point, which cannot be renamed. */
  readonly data: string;
  readonly backups: string;
  /** How long new connections wait at most when nobody says that they may go on. */
  readonly holdMs: number;
  /** How long a connection waits for a release that does not answer. */
  readonly patienceMs: number;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  host: env.DOOR_HOST ?? '0.0.0.0',
  port: Number(env.DOOR_PORT ?? 8080),
  run: env.DOOR_RUN ?? '/run/bytechat',
  data: env.DOOR_DATA ?? '/data',
  backups: env.DOOR_BACKUPS ?? '/backups',
  holdMs: Number(env.DOOR_HOLD_MS ?? 120_000),
  patienceMs: Number(env.DOOR_PATIENCE_MS ?? 20_000),
});
