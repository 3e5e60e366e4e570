import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { kubectl } from './kubectl.ts';

const classOf = (name: string): string => `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: ${name}
  annotations: { storageclass.kubernetes.io/is-default-class: "true" }
provisioner: bytechat/test
volumeBindingMode: WaitForFirstConsumer
`;

/**
 * Volumes for the tests on the engines' cluster. Its own provisioner reads each claim three times, and sets the mode of
 * the folder back each time: on a busy machine after the kubelet has given the folder to the pod, which can write no
 * more then. Of two default classes a claim gets the newest. Other clusters' classes are used as they are.
 */
export const setup = async (): Promise<(() => Promise<void>) | undefined> => {
  if (process.env.BYTECHAT_TEST_KUBECONFIG === undefined) return;
  process.env.KUBECONFIG = process.env.BYTECHAT_TEST_KUBECONFIG;
  const provisioners = await kubectl('get', 'storageclasses', '-o', 'jsonpath={.items[*].provisioner}').catch(() => '');
  if (!provisioners.split(' ').includes('engines/folder')) return;
  const name = `bytechat-test-${process.pid}`;
  // Its own session, so that Ctrl-C of the run leaves it the time to clear away.
  const provisioner = spawn(
    process.execPath,
    [join(import.meta.dirname, 'provisioner.ts'), name, join(tmpdir(), `${name}-volumes`)],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true },
  );
  provisioner.unref();
  const create = spawn('kubectl', ['create', '-f', '-'], { stdio: ['pipe', 'ignore', 'inherit'] });
  create.stdin.end(classOf(name));
  const [code] = await once(create, 'close');
  if (code !== 0) throw new Error(`kubectl create of the StorageClass ${name} ended with ${code}`);
  return async () => void provisioner.stdin.end();
};
