import { once } from 'node:events';
import type { Server } from 'node:net';
import type { ForwardSpec } from '../../../core/forward.ts';
import { BytechatError, type Problem } from '../../../core/problem.ts';
import { isCode } from '../../../engine/files.ts';
import { isTakenOnOtherLoopback } from '../../../engine/loopback.ts';

type Address = Pick<ForwardSpec, 'host' | 'ports'>;

/** The ports to try, in order: what it was before comes first, when it is in the range. */
export const candidates = ({ from, to }: ForwardSpec['ports'], before: number | undefined): number[] => {
  const all = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return before !== undefined && all.includes(before) ? [before, ...all.filter(port => port !== before)] : all;
};

/** Listens on the first free port, and says which. */
export const listenFirst = async (server: Server, address: Address, before: number | undefined): Promise<number> => {
  const { host, ports } = address;
  for (const port of candidates(ports, before))
    if (!(await isTakenOnOtherLoopback(host, port)) && (await listens(server, host, port))) return port;
  throw new BytechatError(taken(address));
};

const listens = async (server: Server, host: string, port: number): Promise<boolean> => {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (isCode(error, 'EADDRINUSE') || isCode(error, 'EACCES')) return false;
    throw error;
  }
};

const taken = ({ host, ports: { from, to } }: Address): Problem => ({
  code: 'ports-taken',
  message: from === to ? `Port ${from} on ${host} is taken` : `All ports from ${from} to ${to} on ${host} are taken`,
  fix: 'end what listens there (ss -ltnp shows it), or choose a free one',
});
