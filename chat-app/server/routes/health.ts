/** `/healthz`: the process answers. `/readyz`: it can serve, and has just tried. */
import type { FastifyInstance } from 'fastify';
import { reasonOf } from '../problem.ts';

export interface Health {
  state: () => 'standby' | 'serving' | 'draining';
  /** Rejects with the reason when it could not serve. */
  ready: () => Promise<void>;
  /** What else there is to tell beside it. */
  details?: () => object;
}

export function healthRoutes(app: FastifyInstance, { state, ready, details = () => ({}) }: Health): void {
  app.get('/healthz', async () => ({ state: state() }));
  app.get('/readyz', async (_, reply) => {
    try {
      await ready();
      return { state: state(), ...details() };
    } catch (error) {
      return reply.code(503).send({ state: state(), reason: reasonOf(error), ...details() });
    }
  });
}
