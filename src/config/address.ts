import { objectName } from './cluster.ts';
import type { Config } from './config.ts';

/**
 * Where people reach an app on Kubernetes: an https address, when there is one. A plain http address that is not on this
 * machine is none: browsers switch encryption off there.
 */
export const publicUrl = ({ kubernetes: { expose, tls } }: Pick<Config, 'kubernetes'>, address = ''): string => {
  const named = expose.host ?? (expose.type === 'loadBalancer' ? address : '');
  const isSafe = tls !== undefined || isManaged(expose);
  return expose.type !== 'none' && isSafe && named !== '' ? `https://${named}` : '';
};

/** Where its own pods reach what people reach at this address: its Service, or by its own name when the app serves TLS. */
export const insideUrl = (config: Pick<Config, 'kubernetes' | 'app' | 'environment'>, url: string): string => {
  const { expose, tls } = config.kubernetes;
  const servesTls = tls !== undefined && expose.type === 'loadBalancer' && url.startsWith('https:');
  return servesTls ? `https://${expose.host ?? objectName(config)}` : `http://${objectName(config)}`;
};

/** Google's own ingress brings a certificate for the host that it is told. */
const isManaged = ({ type, class: className }: Config['kubernetes']['expose']): boolean =>
  type === 'ingress' && className === 'gce';
