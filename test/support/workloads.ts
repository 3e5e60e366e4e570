import { randomBytes } from 'node:crypto';
import { good } from '../../src/clients/kube/problems.ts';
import { KINDS, type Kind } from '../../src/clients/kube/rollout/kinds.ts';
import { type RolledOut, type RolloutRequest, waitForRollout } from '../../src/clients/kube/rollout/wait.ts';
import type { KubeSession } from '../../src/clients/kube/session.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { BytechatError, type Problem } from '../../src/core/problem.ts';
import { docker } from './docker.ts';
import { open } from './registry.ts';

export type Container = JsonObject;

/** What a test says of one workload; everything else is as small as it can be. */
export interface Sketch {
  readonly name: string;
  readonly kind?: Kind;
  readonly container: Container;
  readonly pod?: JsonObject;
  readonly spec?: JsonObject;
}

export const workload = ({ name, kind = 'Deployment', container, pod = {}, spec = {} }: Sketch): JsonObject => ({
  apiVersion: KINDS[kind].group,
  kind,
  metadata: { name },
  spec: {
    ...SPECS[kind](name),
    ...spec,
    template: {
      metadata: { labels: { app: name } },
      spec: {
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        ...(kind === 'Job' && { restartPolicy: 'Never' }),
        containers: [{ name: 'app', ...container }],
        ...pod,
      },
    },
  },
});

const selector = (name: string) => ({ matchLabels: { app: name } });

const SPECS: Readonly<Record<Kind, (name: string) => JsonObject>> = {
  Deployment: name => ({ replicas: 1, progressDeadlineSeconds: 180, selector: selector(name) }),
  StatefulSet: name => ({ replicas: 1, serviceName: name, selector: selector(name) }),
  DaemonSet: name => ({ selector: selector(name) }),
  Job: () => ({ backoffLimit: 0 }),
};

/** Puts an object there, or another one in its place. */
export const put = async (object: JsonObject, namespace: string, session: KubeSession): Promise<void> => {
  const { name } = object.metadata as { readonly name: string };
  const { group, plural } = KINDS[object.kind as Kind];
  const path = `/apis/${group}/namespaces/${namespace}/${plural}/${name}?fieldManager=test&force=true`;
  good(await session.ask({ method: 'PATCH', path, type: 'application/apply-patch+yaml', body: object }), `put ${name}`);
};

/** A namespace for all the tests of a file, open to every pod; whoever makes it deletes it. */
export const createNamespace = async (session: KubeSession, labels: JsonObject = {}): Promise<string> => {
  const name = `bytechat-test-${randomBytes(4).toString('hex')}`;
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  good(await session.ask({ method: 'POST', path: '/api/v1/namespaces', body }), `make ${name}`);
  return name;
};

export const deleteNamespace = (name: string, session: KubeSession) =>
  session.ask({ method: 'DELETE', path: `/api/v1/namespaces/${name}` });

/** How a rollout ended, and what was told on the way. */
export interface Ending {
  readonly done?: RolledOut;
  readonly problem?: Problem;
  readonly lines: readonly string[];
  /** When it ended, as `performance.now()` says it. */
  readonly at: number;
}

export const ending = async (request: RolloutRequest, session: KubeSession): Promise<Ending> => {
  const lines: string[] = [];
  try {
    const done = await waitForRollout(request, session, { onLine: line => lines.push(line) });
    return { done, lines, at: performance.now() };
  } catch (error) {
    if (!(error instanceof BytechatError)) throw error;
    return { problem: error.problem, lines, at: performance.now() };
  }
};

/** The shell of an image of our own in the open registry; `; ` joins what it does. */
export const shell = (image: string, ...words: readonly string[]): Container => ({
  image,
  command: ['sh', '-c', words.join('; ')],
});

export const STAY = 'exec sleep 3600';

export const pushShell = async (repository: string): Promise<string> => {
  const image = `${open}/${repository}:shell`;
  await docker('tag', 'busybox:1.37', image);
  await docker('push', image);
  return image;
};

/** An image whose only program is for another machine: the head of an ELF file for aarch64. */
export const pushForeign = async (repository: string, program: string): Promise<string> => {
  const image = `${open}/${repository}:foreign`;
  const container = await docker('create', 'busybox:1.37', 'true');
  await docker('cp', program, `${container}:/app`);
  await docker('commit', '--change', 'ENTRYPOINT ["/app"]', '--change', 'CMD []', container, image);
  await docker('rm', container);
  await docker('push', image);
  return image;
};

export const foreignProgram = (): Buffer => {
  const head = Buffer.alloc(256);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.set([2, 0, 183, 0, 1], 16);
  head.writeUInt16LE(64, 52);
  return head;
};
