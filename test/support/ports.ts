import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what the system gives to outgoing connections (net.ipv4.ip_local_port_range), so that none is in the way. */
const [LOWEST, HIGHEST] = [15_000, 32_000];

/** The first of so many ports in a row that are all free now. */
export const freePorts = async (count: number): Promise<number> => {
  for (;;) {
    const first = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    const all = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(all.map(isFree))).every(Boolean)) return first;
  }
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen({ host: '127.0.0.1', port });
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};
