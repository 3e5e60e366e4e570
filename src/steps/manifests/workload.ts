import type { JsonObject } from '../../core/json.ts';
import { type KubeMeta, type KubeObject, OWN } from '../../core/kube.ts';
import { noted, selector } from './meta.ts';
import { podTemplate, volumesOf } from './pod.ts';
import type { Values } from './values.ts';

const KEPT_REVISIONS = 10;
/** In s, after the time that a start may take: the classifier says it sooner, and this is for those who look without us. */
const DEADLINE_MARGIN = 120;

/** What runs the app: several that keep nothing, or one that keeps its data. */
export const workload = (values: Values): KubeObject => (values.stateless ? deployment(values) : statefulSet(values));

const marked = (values: Values): KubeMeta =>
  noted(values, { [OWN.release]: values.release, [OWN.config]: values.config });

const deployment = (values: Values): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: marked(values),
  spec: {
    replicas: values.replicas.now,
    revisionHistoryLimit: KEPT_REVISIONS,
    progressDeadlineSeconds: values.health.within + DEADLINE_MARGIN,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: selector(values) },
    template: podTemplate(values, passing(values)),
  },
});

/** They end with their pod, and cannot fill the disk of its node. */
const passing = (values: Values): JsonObject[] =>
  volumeNames(values).map(name => ({ name, emptyDir: { sizeLimit: values.storage.size } }));

const volumeNames = (values: Values): string[] => ['data', ...volumesOf(values).map(([name]) => name)];

/** Its volumes are its own and stay when it goes: who destroys data says so. */
const statefulSet = (values: Values): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: marked(values),
  spec: {
    replicas: 1,
    serviceName: values.name,
    revisionHistoryLimit: KEPT_REVISIONS,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    selector: { matchLabels: selector(values) },
    template: podTemplate(values, []),
    volumeClaimTemplates: volumeNames(values).map(name => claim(values, name)),
  },
});

const claim = (values: Values, name: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, labels: selector(values) },
  spec: {
    accessModes: ['ReadWriteOnce'],
    ...(values.storage.class !== '' && { storageClassName: values.storage.class }),
    resources: { requests: { storage: values.storage.size } },
  },
});
