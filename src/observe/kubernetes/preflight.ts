import { clusterOf } from '../../config/cluster.ts';
import { storedAt } from '../../config/stored.ts';
import type { Demand } from '../../core/facts/demand.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { Ask, Observer, Subject } from '../observer.ts';

/** Asks the cluster, once it is known what for: nobody looks at these facts before. */
const asking =
  (method: string, request: (demand: Demand) => object = () => ({})): Observer =>
  async (subject, { call }) =>
    (await call('kube', method, {
      ...clusterOf(subject.config),
      ...request(demandOf(subject)),
    } as JsonObject)) as Json;

const demandOf = ({ demand }: Subject): Demand => {
  if (!demand) throw new Error('nothing is demanded of the cluster');
  return demand;
};

export const observeAccess = asking('access', ({ rights }) => ({ rights }));
export const observeClasses = asking('classes');
export const observeQuota = asking('quota');
export const observeServed = asking('served', ({ kinds }) => ({ kinds }));

export const observeCertificate: Observer = async (subject, ask) => {
  const { certificate } = demandOf(subject);
  if (certificate === null) return null;
  return asking('certificate', () => certificate)(subject, ask);
};

interface AtRegistry {
  readonly image: readonly string[];
  readonly gone: boolean;
}

/** Of an image that is there already; one that is to be pushed is what it is built for. */
const atRegistry = async (subject: Subject, { call }: Ask): Promise<AtRegistry> => {
  const { image, platform } = demandOf(subject);
  const stored = storedAt(subject.config);
  if (image === '' || !stored) return { image: platform === '' ? [] : [platform], gone: false };
  return (await call('registry', 'platforms', { ...stored, image })) as unknown as AtRegistry;
};

export const observePlatforms: Observer = async (subject, ask): Promise<Json> => {
  const [nodes, found] = await Promise.all([asking('nodes')(subject, ask), atRegistry(subject, ask)]);
  return { nodes, ...found };
};
