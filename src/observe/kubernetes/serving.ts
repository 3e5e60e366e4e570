import { publicUrl } from '../../config/address.ts';
import type { ForwardFact } from '../../core/facts/cluster.ts';
import { nothingServes, type ServingFact } from '../../core/facts/serving.ts';
import { isWorkload, type KubeObject, OWN } from '../../core/kube.ts';
import type { Observer } from '../observer.ts';
import { observeForward, see } from './cluster.ts';

/** What is live lets people in by https: after a deploy that was put back, that is not what the config says. */
const isOpen = (objects: readonly KubeObject[]): boolean =>
  objects.some(({ kind, spec }) => kind === 'Ingress' || (kind === 'Service' && servesTls(spec as ServiceSpec))) ||
  objects.some(({ kind }) => kind === 'Gateway');

interface ServiceSpec {
  readonly ports?: readonly { readonly port: number }[];
}

const servesTls = ({ ports = [] }: ServiceSpec): boolean => ports.some(({ port }) => port === 443);

/** The release that the workload says, and where this machine reaches it. */
export const servingInCluster: Observer = async (subject, ask): Promise<ServingFact> => {
  const [{ live, pods }, forward] = await Promise.all([see(subject, ask), observeForward(subject, ask)]);
  const workload = live.objects.find(isWorkload);
  const { [OWN.release]: release = '', [OWN.config]: config = '' } = workload?.metadata.annotations ?? {};
  if (!workload) return nothingServes;
  const { url = '', port = 0, right = false } = (forward ?? {}) as Partial<ForwardFact>;
  return {
    ...nothingServes,
    supervisor: pods.ready > 0 ? 'answers' : 'gone',
    release,
    config,
    container: pods.pod,
    url: (isOpen(live.objects) && publicUrl(subject.config, pods.address)) || (right ? url : ''),
    port: right ? port : 0,
    since: pods.since,
    restarts: pods.restarts,
  };
};
