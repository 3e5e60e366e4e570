import { BytechatError } from '../core/problem.ts';
import type { ServeSpec } from '../core/serve.ts';
import { inheritedSocket, listenOn } from './listening-socket.ts';
import type { World } from './world.ts';

/**
 * Gives the world the address that a release wants: what it has already when that fits, else the first free port.
 * The claim is settled later: committed once the release serves there, reverted when it never does.
 */
export const claimAddress = async (world: World, spec: ServeSpec): Promise<void> => {
  adopt(world);
  if (fits(world, spec)) return;
  const { socket: oldSocket, host, port } = world;
  const socket = await listenOn({ host: spec.host, ...spec.port });
  if (!socket) throw new BytechatError(taken(spec));
  const opensByItself = spec.handover === 'restart';
  if (opensByItself) socket.close();
  Object.assign(world, { socket: opensByItself ? undefined : socket, host: spec.host, port: socket.port });
  world.claim = {
    commit: () => oldSocket?.close(),
    revert: () => {
      world.socket?.close();
      Object.assign(world, { socket: oldSocket, host, port });
    },
  };
};

export const settle = (world: World, how: 'commit' | 'revert'): void => {
  world.claim?.[how]();
  world.claim = undefined;
};

/** The first claim of a supervisor that takes another's place is the other's address. */
const adopt = (world: World): void => {
  const { predecessor } = world;
  if (!predecessor || world.port !== 0) return;
  const { fd, host, port } = predecessor;
  Object.assign(world, { host, port, socket: fd === undefined ? undefined : inheritedSocket(fd, host, port) });
};

const fits = (world: World, { host, port, handover }: ServeSpec): boolean =>
  world.port !== 0 &&
  world.host === host &&
  world.port >= port.from &&
  world.port <= port.to &&
  (world.socket !== undefined) === (handover !== 'restart');

const taken = ({ host, port: { from, to } }: ServeSpec) => ({
  code: 'ports-taken' as const,
  message: from === to ? `Port ${from} on ${host} is taken` : `All ports from ${from} to ${to} on ${host} are taken`,
  fix: `end what listens there (ss -ltnp shows it), or set app.port to a free one`,
});
