import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * A browser that opens `localhost` tries ::1 first. When a stranger answers there, people would reach the stranger, so
 * such a port counts as taken.
 */
export const isTakenOnOtherLoopback = async (host: string, port: number): Promise<boolean> => {
  if (host !== '127.0.0.1') return false;
  const socket = connect({ host: '::1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
