import { call } from '../../core/action.ts';
import type { GkeFact } from '../../core/facts/google.ts';
import { isUp, noCluster } from '../../core/gke-problem.ts';
import type { GkeRef, GkeServer } from '../../core/google.ts';
import { BytechatError } from '../../core/problem.ts';
import { gke } from '../gke.ts';

/** Where a cluster is reached, as Google describes it; a Problem `no-cluster` when it is not there or does not run. */
export const findGke = async (ref: GkeRef): Promise<GkeServer> => {
  const { project, location, cluster } = ref;
  const found = (await gke(call('gke', 'describe', { project, location, cluster }), {})) as GkeFact | null;
  if (!found || !isUp(found)) throw new BytechatError(noCluster(ref, found));
  return { project, location, cluster, ...doorOf(found) };
};

/** By its name when it has one: that has a public certificate, and is open where the address may be closed. Pure. */
export const doorOf = ({ dnsEndpoint, endpoint, ca }: Pick<GkeFact, 'dnsEndpoint' | 'endpoint' | 'ca'>) =>
  dnsEndpoint === '' ? { server: `https://${endpoint}`, ca } : { server: `https://${dnsEndpoint}`, ca: '' };
