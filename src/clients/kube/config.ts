import type { KubeConfig } from '@kubernetes/client-node';
import { BytechatError, type Problem } from '../../core/problem.ts';

/** The kubeconfig as kubectl finds it: KUBECONFIG, else ~/.kube/config, else the pod that we run in. Loaded when used. */
export const loadKubeconfig = async (context: string | undefined): Promise<KubeConfig> => {
  // By its own file: the package as a whole brings clients for every kind of object.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new BytechatError(unreadable(error));
  }
  if (context !== undefined) choose(config, context);
  if (!config.getCurrentCluster()) throw new BytechatError(noCluster(config));
  return config;
};

const choose = (config: KubeConfig, context: string): void => {
  if (!config.getContextObject(context)) throw new BytechatError(unknownContext(config, context));
  config.setCurrentContext(context);
};

const namesIn = (config: KubeConfig): string[] => config.getContexts().map(({ name }) => name);

const unreadable = (error: unknown): Problem => ({
  code: 'unknown-context',
  message: 'The kubeconfig cannot be read',
  because: error instanceof Error ? error.message : String(error),
  fix: 'kubectl config view shows what is wrong with it',
});

const unknownContext = (config: KubeConfig, context: string): Problem => ({
  code: 'unknown-context',
  message: `The kubeconfig has no context ${context}`,
  ...(namesIn(config).length > 0 && { allowed: namesIn(config) }),
  fix: 'correct kubernetes.context; kubectl config get-contexts shows them',
});

const noCluster = (config: KubeConfig): Problem => ({
  code: 'unknown-context',
  message: 'No Kubernetes cluster is chosen',
  because: 'the kubeconfig has no current context with a cluster',
  ...(namesIn(config).length > 0 && { allowed: namesIn(config) }),
  fix: 'set kubernetes.context, or kubectl config use-context <name>',
});
