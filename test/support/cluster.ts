import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { onTestFinished } from 'vitest';
import { kubectl } from './kubectl.ts';

/** A real cluster: what needs it is skipped without, and fails without when engines are required. */
export const withoutCluster =
  !(process.env.BYTECHAT_TEST_KUBECONFIG && process.env.BYTECHAT_TEST_OPEN_REGISTRY) &&
  process.env.BYTECHAT_TEST_ENGINES !== 'required';

if (process.env.BYTECHAT_TEST_KUBECONFIG !== undefined) process.env.KUBECONFIG = process.env.BYTECHAT_TEST_KUBECONFIG;

export { kubectl };

/** A namespace that nobody else has, closed to pods that Pod Security "restricted" does not admit. It goes with the test. */
export const namespaceForTest = async (): Promise<string> => {
  const name = `bytechat-test-${randomBytes(4).toString('hex')}`;
  await kubectl('create', 'namespace', name);
  onTestFinished(async () => void (await kubectl('delete', 'namespace', name, '--wait=false')));
  await kubectl('label', 'namespace', name, 'pod-security.kubernetes.io/enforce=restricted');
  return name;
};
