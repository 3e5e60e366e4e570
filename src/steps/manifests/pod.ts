import type { Json, JsonObject } from '../../core/json.ts';
import { OWN } from '../../core/kube.ts';
import { appTls, lingerOf } from './edge.ts';
import { labels } from './meta.ts';
import type { Values } from './values.ts';

/** In s: after the app's own time to end, and before it is killed. */
const MARGIN = 5;
const TLS_FOLDER = '/var/run/tls';
/** In the groups of its volumes, so that an app that is nobody can write them. */
const GROUP = 65532;

/** The pods of the app, as its Deployment or StatefulSet makes them. Holds to Pod Security "restricted". */
export const podTemplate = (values: Values, volumes: readonly JsonObject[]): JsonObject => ({
  metadata: { labels: labels(values), annotations: { [OWN.release]: values.release } },
  spec: {
    serviceAccountName: values.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      fsGroup: GROUP,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    terminationGracePeriodSeconds: lingerOf(values) + values.drain + MARGIN,
    ...(values.pullSecret !== '' && { imagePullSecrets: [{ name: values.pullSecret }] }),
    ...(values.stateless && { topologySpreadConstraints: [spread(values)] }),
    containers: [container(values)],
    volumes: [...volumes, SCRATCH, ...certificate(values)],
  },
});

const spread = ({ name }: Values): JsonObject => ({
  maxSkew: 1,
  topologyKey: 'kubernetes.io/hostname',
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: { [OWN.app]: name } },
});

const container = (values: Values): JsonObject => {
  const { command, resources, writable, capabilities } = values;
  return {
    name: 'app',
    image: values.image as Json,
    imagePullPolicy: 'IfNotPresent',
    ...(command.length > 0 && { command: [...command] }),
    ports: [{ name: 'http', containerPort: values.port, protocol: 'TCP' }],
    env: environment(values),
    envFrom: [
      { configMapRef: { name: values.configMap } },
      ...(values.secret === '' ? [] : [{ secretRef: { name: values.secret } }]),
    ],
    ...probes(values),
    ...(values.stateless && { lifecycle: { preStop: { sleep: { seconds: lingerOf(values) } } } }),
    resources: {
      requests: { cpu: resources.cpu, memory: resources.memory },
      limits: { memory: resources.memory },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: !writable,
      capabilities: { drop: ['ALL'], ...(capabilities.length > 0 && { add: [...capabilities] }) },
    },
    volumeMounts: mounts(values),
  };
};

/** After the config, so that what the app is told of its place cannot be overwritten by chance. */
const environment = (values: Values): JsonObject[] => [
  { name: 'HOST', value: '0.0.0.0' },
  { name: 'PORT', value: String(values.port) },
  { name: 'DATA_DIR', value: values.data },
  ...(appTls(values) === ''
    ? []
    : [
        { name: 'TLS_CERT', value: `${TLS_FOLDER}/tls.crt` },
        { name: 'TLS_KEY', value: `${TLS_FOLDER}/tls.key` },
      ]),
];

/** A slow start has its time; then it is alive while its port answers, and ready while it says so. */
const probes = (values: Values): JsonObject => {
  const { path, timeout, within } = values.health;
  const open = { tcpSocket: { port: 'http' } };
  const asks =
    path === '' ? open : { httpGet: { path, port: 'http', scheme: appTls(values) === '' ? 'HTTP' : 'HTTPS' } };
  return {
    startupProbe: { ...asks, periodSeconds: 1, timeoutSeconds: timeout, failureThreshold: within },
    readinessProbe: { ...asks, periodSeconds: 2, timeoutSeconds: timeout, failureThreshold: 2 },
    livenessProbe: { ...open, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
};

const mounts = (values: Values): JsonObject[] => [
  { name: 'data', mountPath: values.data },
  ...volumesOf(values).map(([name, mountPath]) => ({ name, mountPath })),
  { name: 'tmp', mountPath: '/tmp' },
  ...(appTls(values) === '' ? [] : [{ name: 'tls', mountPath: TLS_FOLDER, readOnly: true }]),
];

/** By what they are called in the pod, where `data` is taken; in one order, however they were written down. */
export const volumesOf = ({ volumes }: Values): [string, string][] =>
  Object.entries(volumes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, mountPath]) => [`volume-${name}`, mountPath]);

const SCRATCH: JsonObject = { name: 'tmp', emptyDir: {} };

const certificate = (values: Values): JsonObject[] => {
  const secretName = appTls(values);
  return secretName === '' ? [] : [{ name: 'tls', secret: { secretName, defaultMode: 0o440 } }];
};
