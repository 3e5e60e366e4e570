import type { Values } from './values.ts';

type Exposed = Pick<Values, 'tls' | 'expose'>;

/** Something stands before the app that speaks HTTP. Then TLS ends there, and the app speaks plain HTTP in the cluster. */
const hasEdge = ({ expose }: Exposed): boolean => expose.type === 'ingress' || expose.type === 'gateway';

/** The Secret that the app serves with; empty: it speaks plain HTTP. */
export const appTls = (values: Exposed): string => (hasEdge(values) ? '' : values.tls);

/** The Secret that the ingress or gateway serves with; empty: none of ours. */
export const edgeTls = (values: Exposed): string => (hasEdge(values) ? values.tls : '');

/** Google's balancer as an ingress: it is told more by a BackendConfig. */
export const isGoogleIngress = ({ expose }: Exposed): boolean => expose.type === 'ingress' && expose.class === 'gce';

/** Google's balancer as a gateway: it is told more by policies. */
export const isGoogleGateway = ({ expose }: Exposed): boolean =>
  expose.type === 'gateway' && expose.class.startsWith('gke-');

/** Google makes and renews the certificate: of an ingress, for one name. */
export const isManaged = (values: Exposed): boolean =>
  isGoogleIngress(values) && values.tls === '' && values.expose.host !== '';

/** How long a pod that ends goes on serving, in s: until nobody sends it anything any more. */
const LINGER = 5;
/** The same behind Google's balancers, which are told of it late. */
const LINGER_AT_GOOGLE = 20;

/** Where there is only one, nobody else could serve meanwhile: to linger would lengthen the gap. */
export const lingerOf = (values: Exposed & Pick<Values, 'stateless'>): number => {
  if (!values.stateless) return 0;
  return isGoogleIngress(values) || isGoogleGateway(values) ? LINGER_AT_GOOGLE : LINGER;
};
