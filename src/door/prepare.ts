import { chmod, chown, lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Prepared, PrepareRequest } from '../core/door.ts';
import { BytechatError } from '../core/problem.ts';
import type { Settings } from './settings.ts';
import { lineTo } from './socket-file.ts';

const NAME = 'app.sock';
/** What a unix socket's path has room for, in bytes. */
const LONGEST = 107;

/** The folder of a container's private socket, and data that whoever it runs as may write. */
export const prepare = async ({ run, data }: Settings, request: PrepareRequest): Promise<Prepared> => {
  const { container, uid, gid = uid } = request;
  const folder = join(run, container);
  const socket = join(folder, NAME);
  if (Buffer.byteLength(socket) > LONGEST) throw new BytechatError(tooLong(container));
  await mkdir(folder, { recursive: true });
  await chmod(folder, uid === undefined ? 0o777 : 0o700);
  await removeStale(socket);
  if (uid === undefined || gid === undefined) return { socket };
  await chown(folder, uid, gid);
  const now = await lstat(data);
  if (now.uid !== uid || now.gid !== gid) await chown(data, uid, gid);
  return { socket };
};

const removeStale = async (socket: string): Promise<void> => {
  const line = await lineTo(socket);
  line?.destroy();
  if (!line) await rm(socket, { force: true });
};

const tooLong = (container: string) => ({
  code: 'usage' as const,
  message: `The name ${container} is too long for a private socket`,
  fix: 'give the app a shorter name',
});
