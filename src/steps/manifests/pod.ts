import type { Json, JsonObject } from '../../core/json.ts';
import { OWN } from '../../core/kube.ts';
import { labels } from './meta.ts';
import type { Values } from './values.ts';

/** How long a pod that ends goes on serving, in s: until nobody sends it anything any more. */
export const LINGER = 5;
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
    volumes: [...volumes, ...scratch(values), ...certificate(values)],
  },
});

const lingerOf = ({ stateless }: Values): number => (stateless ? LINGER : 0);

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
    ...(values.stateless && { lifecycle: { preStop: { sleep: { seconds: LINGER } } } }),
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
const environment = ({ port, data, tls }: Values): JsonObject[] => [
  { name: 'HOST', value: '0.0.0.0' },
  { name: 'PORT', value: String(port) },
  { name: 'DATA_DIR', value: data },
  ...(tls === ''
    ? []
    : [
        { name: 'TLS_CERT', value: `${TLS_FOLDER}/tls.crt` },
        { name: 'TLS_KEY', value: `${TLS_FOLDER}/tls.key` },
      ]),
];

/** A slow start has its time; then it is alive while its port answers, and ready while it says so. */
const probes = ({ health: { path, timeout, within }, tls }: Values): JsonObject => {
  const open = { tcpSocket: { port: 'http' } };
  const asks = path === '' ? open : { httpGet: { path, port: 'http', scheme: tls === '' ? 'HTTP' : 'HTTPS' } };
  return {
    startupProbe: { ...asks, periodSeconds: 1, timeoutSeconds: timeout, failureThreshold: within },
    readinessProbe: { ...asks, periodSeconds: 2, timeoutSeconds: timeout, failureThreshold: 2 },
    livenessProbe: { ...open, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
};

const mounts = ({ data, volumes, tls }: Values): JsonObject[] => [
  { name: 'data', mountPath: data },
  ...Object.entries(volumes).map(([name, mountPath]) => ({ name: volumeName(name), mountPath })),
  { name: 'tmp', mountPath: '/tmp' },
  ...(tls === '' ? [] : [{ name: 'tls', mountPath: TLS_FOLDER, readOnly: true }]),
];

/** As it is called in the pod: `data` is taken. */
export const volumeName = (name: string): string => `volume-${name}`;

const scratch = (_values: Values): JsonObject[] => [{ name: 'tmp', emptyDir: {} }];

const certificate = ({ tls }: Values): JsonObject[] =>
  tls === '' ? [] : [{ name: 'tls', secret: { secretName: tls, defaultMode: 0o440 } }];
