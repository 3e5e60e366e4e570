import { publicUrl } from '../../config/address.ts';
import type { Config } from '../../config/config.ts';
import { type Facts, need } from '../../core/fact.ts';
import { live, namespace } from '../../core/facts/cluster.ts';
import type { Right } from '../../core/facts/demand.ts';
import { groupOf, INSTALLED_KINDS, OWN_KINDS, type Resource } from '../../core/kinds.ts';
import type { KubeObject } from '../../core/kube.ts';

/** Verbs of one resource: `[['get', 'list'], 'apps', 'deployments']`. */
type Rule = readonly [verbs: readonly string[], group: string, resource: string];

/** All that a deploy of these objects does, and the way back: each right once. Deleting data is not part of it. */
export const rightsFor = (config: Config, facts: Facts, objects: readonly KubeObject[]): Right[] => {
  const rules = [
    ...ofObjects(facts, objects),
    ...BOOKS,
    ...ofRollout(objects),
    ...(publicUrl(config) === '' ? FORWARD : []),
    ...(config.app.health.some(check => 'exec' in check) ? EXEC : []),
    ...(config.kubernetes.via === 'helm' ? HELM : []),
  ];
  const rights = rules.flatMap(([verbs, group, resource]) => verbs.map(verb => ({ verb, group, resource })));
  return [...unique(rights), ...ofNamespace(facts)];
};

const unique = (rights: readonly Right[]): Right[] => [
  ...new Map(rights.map(right => [`${right.verb} ${right.resource}.${right.group}`, right])).values(),
];

const ofObjects = (facts: Facts, objects: readonly KubeObject[]): Rule[] => {
  const there = need(live, facts).objects.filter(({ kind }) => kind !== 'PersistentVolumeClaim');
  const own = OWN_KINDS.filter(({ namespaced }) => namespaced);
  return [
    ...own.map(each => rule(['list'], each)),
    ...[...own, ...INSTALLED_KINDS].flatMap(each => {
      if (objects.some(isOf(each))) return [rule(['get', 'create', 'patch', 'delete'], each)];
      return there.some(isOf(each)) ? [rule(['get', 'delete'], each)] : [];
    }),
  ];
};

const isOf =
  ({ apiVersion, kind }: Resource) =>
  (object: KubeObject): boolean =>
    object.apiVersion === apiVersion && object.kind === kind;

const rule = (verbs: readonly string[], { apiVersion, plural }: Resource): Rule => [verbs, groupOf(apiVersion), plural];

/** Lock, history and journal. */
const BOOKS: readonly Rule[] = [
  [['get', 'create', 'patch'], 'coordination.k8s.io', 'leases'],
  [['get', 'create', 'patch'], '', 'configmaps'],
];

/** To wait for pods, to say why they do not come, and to replace one that is stuck. */
const ofRollout = (objects: readonly KubeObject[]): Rule[] => {
  const common: Rule[] = [
    [['list', 'watch'], '', 'pods'],
    [['get'], '', 'pods/log'],
    [['list'], '', 'events'],
  ];
  if (objects.some(({ kind }) => kind === 'Deployment'))
    return [...common, [['watch'], 'apps', 'deployments'], [['list'], 'apps', 'replicasets']];
  return [...common, [['watch'], 'apps', 'statefulsets'], [['delete'], '', 'pods']];
};

/** A WebSocket begins with a GET, which counts as `get`; newer servers want `create` besides, as for the older ways. */
const SOCKET = ['get', 'create'];

const FORWARD: readonly Rule[] = [
  [SOCKET, '', 'pods/portforward'],
  [['get'], '', 'services'],
  [['list', 'watch'], 'discovery.k8s.io', 'endpointslices'],
];

const EXEC: readonly Rule[] = [[SOCKET, '', 'pods/exec']];

/** Where Helm keeps its releases. */
const HELM: readonly Rule[] = [[['get', 'list', 'create', 'update', 'delete'], '', 'secrets']];

const ofNamespace = (facts: Facts): Right[] =>
  need(namespace, facts) === 'none' ? [{ verb: 'create', group: '', resource: 'namespaces', everywhere: true }] : [];
