import { need } from '../core/fact.ts';
import { ports } from '../core/facts/ports.ts';
import { serving } from '../core/facts/serving.ts';
import type { Check } from './check.ts';

export const freePort: Check = {
  id: 'ports',
  title: 'A port is free',
  facts: [ports.name, serving.name],
  scope: 'preflight',
  examine({ environment, app: { host, port } }, facts) {
    const now = need(serving, facts);
    const ours = now.port >= port.from && now.port <= port.to;
    if (need(ports, facts).free > 0 || ours) return [];
    const key = environment === undefined ? 'app.port' : `environments.${environment}.app.port`;
    const one = port.from === port.to;
    return [
      {
        code: 'ports-taken',
        message: one
          ? `Port ${port.from} on ${host} is taken`
          : `All ports from ${port.from} to ${port.to} on ${host} are taken`,
        fix: `end what listens there (ss -ltnp shows it), or set ${key} to a free one`,
      },
    ];
  },
};
