import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { kubectl } from './kubectl.ts';

/**
 * usage: provisioner.ts CLASS FOLDER
 * A folder of this machine, which is the node, for every claim of the StorageClass, made and given its mode once. It goes
 * with the claim. Ends when standard input does: then the class goes first, and the rest is served until nothing is left.
 */
const [name = '', folder = ''] = process.argv.slice(2);
const LINGERS_MS = 10 * 60_000;

/** False when it was refused. */
const put = async (object: object): Promise<boolean> => {
  const child = spawn('kubectl', ['apply', '-f', '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(JSON.stringify(object));
  const [code] = await once(child, 'close');
  return code === 0;
};

const FIELDS = {
  persistentvolumeclaims:
    '{.spec.storageClassName} {.status.phase} {.metadata.uid} {.metadata.namespace} {.metadata.name} ' +
    '{.spec.resources.requests.storage} {.spec.accessModes[0]} ' +
    '{.metadata.annotations.volume\\.kubernetes\\.io/selected-node}',
  persistentvolumes: '{.spec.storageClassName} {.status.phase} {.metadata.name}',
};

const volumeFor = ([, , uid = '', namespace, claim, storage, mode, node]: readonly string[]): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: `pvc-${uid}`, annotations: { 'pv.kubernetes.io/provisioned-by': 'bytechat/test' } },
  spec: {
    capacity: { storage },
    accessModes: [mode],
    persistentVolumeReclaimPolicy: 'Delete',
    storageClassName: name,
    claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim, uid },
    // The kubelet gives volumes of this kind to the pod's fsGroup; of hostPath it does not.
    local: { path: join(folder, `pvc-${uid}`) },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }],
      },
    },
  },
});

const made = new Set<string>();
let isOver = false;

const provision = async (claim: readonly string[]): Promise<void> => {
  const [, phase, uid = '', , , , , node] = claim;
  if (phase !== 'Pending' || node === undefined || made.has(uid)) return;
  made.add(uid);
  await mkdir(join(folder, `pvc-${uid}`), { recursive: true });
  await chmod(join(folder, `pvc-${uid}`), 0o755);
  while (!isOver && !(await put(volumeFor(claim)))) await wait(1_000);
};

const reclaim = async ([, phase, volume = '']: readonly string[]): Promise<void> => {
  if (phase !== 'Released') return;
  await kubectl('delete', 'persistentvolume', volume, '--wait=false', '--ignore-not-found');
  await rm(join(folder, volume), { recursive: true, force: true });
};

const watches = new Set<ChildProcess>();

/** Calls back with every version of what is of our class. A watch that ends is begun again, as the API server ends each. */
const watch = async (kind: keyof typeof FIELDS, seen: (fields: readonly string[]) => Promise<void>): Promise<void> => {
  while (!isOver) {
    const args = ['get', kind, '--all-namespaces', '--watch', '-o', `jsonpath=${FIELDS[kind]}{"\\n"}`];
    const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    watches.add(child);
    for await (const line of createInterface({ input: child.stdout })) {
      const fields = line.trim().split(' ');
      if (fields[0] === name) seen(fields).catch(() => {});
    }
    watches.delete(child);
    await wait(100);
  }
};

const isEmpty = async (): Promise<boolean> => {
  const left = await kubectl('get', 'persistentvolumes', '-o', 'jsonpath={.items[*].spec.storageClassName}');
  return !left.split(' ').includes(name);
};

const linger = async (): Promise<void> => {
  await kubectl('delete', 'storageclass', name, '--ignore-not-found');
  const until = Date.now() + LINGERS_MS;
  do await wait(1_000);
  while (Date.now() < until && !(await isEmpty()));
  await rm(folder, { recursive: true, force: true });
};

/** Nothing is left to wait for then, whether the cluster still answers or not. */
const end = (): void => {
  isOver = true;
  for (const child of watches) child.kill();
};

process.stdin.resume().on('end', () => linger().then(end, end));
await Promise.all([watch('persistentvolumeclaims', provision), watch('persistentvolumes', reclaim)]);
