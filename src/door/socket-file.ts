import { watch } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { isCode } from '../engine/files.ts';

/**
 * Tells one socket file from another that has taken its place: each process makes its own when it starts to listen.
 * Undefined when there is none. The number of a file is used again at once, so its time belongs to it.
 */
export const identityOf = async (socket: string): Promise<string | undefined> => {
  try {
    const { ino, mtimeNs } = await stat(socket, { bigint: true });
    return `${ino}-${mtimeNs}`;
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
};

/** A connection, or undefined when nobody listens there. */
export const lineTo = (socket: string): Promise<Socket | undefined> =>
  new Promise(resolve => {
    const line = connect(socket);
    line.once('connect', () => resolve(line));
    line.on('error', () => resolve(undefined));
  });

/** One that starts to listen is refused for a moment: its file is there first. After so long its file is of the past. */
const STALE_MS = 1000;
const AGAIN_MS = 1000;
const LOOK_MS = 50;

export interface Reached {
  readonly line: Socket;
  readonly identity: string;
}

/**
 * Waits for somebody to listen there. A file that outlived its process is in the way of the next one, which cannot listen
 * (EADDRINUSE), and is removed: at once when it is `known` to have answered, else when it is refused for long. Undefined
 * when it is to stop.
 */
export const reach = async (
  socket: string,
  known: string | undefined,
  stop: AbortSignal,
): Promise<Reached | undefined> => {
  let seen: { readonly identity: string | undefined; readonly since: number } | undefined;
  while (!stop.aborted) {
    const identity = await identityOf(socket);
    if (seen?.identity !== identity) seen = { identity, since: performance.now() };
    const line = identity === undefined ? undefined : await lineTo(socket);
    if (line && identity !== undefined) return { line, identity };
    const isStale = identity === known || performance.now() - (seen?.since ?? 0) > STALE_MS;
    if (identity === undefined) await changeBeside(socket, AGAIN_MS, stop);
    else if (isStale) await removeIfStill(socket, identity);
    else await changeBeside(socket, LOOK_MS, stop);
  }
  return undefined;
};

const removeIfStill = async (socket: string, identity: string): Promise<void> => {
  if ((await identityOf(socket)) === identity) await rm(socket, { force: true });
};

/** Resolves when something happens in the folder of a socket, when so much time has passed, or when it is to stop. */
const changeBeside = (socket: string, ms: number, stop: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const happened = new AbortController();
    const signal = AbortSignal.any([stop, happened.signal, AbortSignal.timeout(ms)]);
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) return resolve();
    try {
      watch(dirname(socket), { signal }, () => happened.abort()).on('error', () => {});
    } catch {
      // The folder is not there either: only time can tell.
    }
  });
