/** Backups at regular times, the newest of them kept. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { reasonOf } from './problem.ts';
import { backUp } from './store/backup.ts';

export type BackupConfig = Pick<Config, 'dataDir' | 'backupEveryMs' | 'backupKeep'>;

export const backupsDir = (dataDir: string): string => join(dataDir, 'backups');

const NAME = /^messages-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.db$/;

export interface Schedule {
  /** Makes none from now on; resolves when none is under way. */
  stop(): Promise<void>;
}

/** A backup every `backupEveryMs`, for as long as the relay holds the store; none when that is 0. */
export function scheduleBackups(config: BackupConfig, log: Log): Schedule {
  if (config.backupEveryMs === 0) return { stop: async () => {} };
  let underWay: Promise<void> | undefined;
  const timer = setInterval(() => {
    underWay ??= backUpNow(config, log).finally(() => {
      underWay = undefined;
    });
  }, config.backupEveryMs).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await underWay;
    },
  };
}

/** Never rejects: a failure is logged, and older backups stay. */
export async function backUpNow({ dataDir, backupKeep }: BackupConfig, log: Log): Promise<void> {
  try {
    const name = `messages-${new Date().toISOString().replaceAll(':', '-')}.db`;
    await backUp(dataDir, join(backupsDir(dataDir), name));
    removeOldest(backupsDir(dataDir), backupKeep);
    log.info('backed up', { file: name });
  } catch (error) {
    log.error('the backup failed', { reason: reasonOf(error) });
  }
}

/** Names sort by time. What somebody else has put there stays. */
function removeOldest(dir: string, keep: number): void {
  const ours = readdirSync(dir).filter(name => NAME.test(name));
  for (const name of ours.sort().slice(0, -keep)) rmSync(join(dir, name));
}
