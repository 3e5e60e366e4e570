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

/** A file that outlived its process is in the way of the next one, which cannot listen there (EADDRINUSE). */
export const removeIfStill = async (socket: string, identity: string): Promise<void> => {
  if ((await identityOf(socket)) === identity) await rm(socket, { force: true });
};

/** Resolves when something happens in the folder of a socket, when so much time has passed, or when it is to stop. */
export const changeBeside = (socket: string, ms: number, stop: AbortSignal): Promise<void> =>
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

/** Waits for somebody to listen there; in vain, it resolves all the same. */
export const appears = async (socket: string, withinMs: number): Promise<void> => {
  const stop = AbortSignal.timeout(withinMs);
  while (!stop.aborted) {
    const line = await lineTo(socket);
    if (line) return void line.destroy();
    await changeBeside(socket, 50, stop);
  }
};
