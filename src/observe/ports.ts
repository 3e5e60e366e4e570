import { once } from 'node:events';
import { createServer } from 'node:net';
import type { PortsFact } from '../core/facts/ports.ts';
import type { Observer } from './observer.ts';

/** Tries each port of the range until one is free: it is bound for a moment, and nobody is told of it. */
export const observePorts: Observer = async ({ config }): Promise<PortsFact> => {
  const { host, port } = config.app;
  let taken = 0;
  for (let at = port.from; at <= port.to; at++) {
    if (await isFree(host, at)) return { free: at, taken };
    taken += 1;
  }
  return { free: 0, taken };
};

const isFree = async (host: string, port: number): Promise<boolean> => {
  const server = createServer().listen({ host, port });
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};
