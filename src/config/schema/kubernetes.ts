import * as z from 'zod';
import { NAME, NAME_ERROR } from './values.ts';

const QUANTITY = /^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$/;
const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

const quantity = (what: string, byDefault: string) =>
  z.string().regex(QUANTITY, 'Write it as Kubernetes does, such as 250m or 512Mi').default(byDefault).describe(what);

const replicas = z
  .strictObject({
    min: z.int().min(1).max(1000).default(2).describe('How many run at least'),
    max: z.int().min(1).max(1000).default(10).describe('How many run at most, when they are busy; min: always as many'),
  })
  .refine(({ min, max }) => min <= max, 'min is more than max')
  .describe('How many run of an app that is stateless; one that keeps data is always one');

const expose = z
  .strictObject({
    type: z
      .enum(['none', 'loadBalancer', 'ingress', 'gateway'])
      .default('none')
      .describe('How people get in; none: through a port-forward on this machine'),
    host: z.string().regex(HOST, 'Write a host name, in lower case').optional().describe('The name that people type'),
    class: z.string().min(1).optional().describe('The IngressClass or GatewayClass; by default that of the cluster'),
  })
  .describe('The way in from outside');

export const kubernetes = z
  .strictObject({
    context: z.string().min(1).optional().describe('The context of the kubeconfig; by default its current one'),
    contexts: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('The only contexts that may be deployed to, whichever is chosen; by default any'),
    namespace: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'Use a-z, 0-9 and -, at most 63')
      .optional()
      .describe('Where in the cluster; by default the name of the app, with its environment'),
    via: z
      .enum(['manifests', 'helm'])
      .default('manifests')
      .describe('How the objects get there: applied one by one, or as a Helm release'),
    replicas: replicas.prefault({}),
    cpu: quantity('How much CPU each asks for', '100m'),
    memory: quantity('How much memory each asks for and may use', '256Mi'),
    storage: z
      .strictObject({
        size: quantity('How large each volume is', '1Gi'),
        class: z.string().min(1).optional().describe('The StorageClass; by default that of the cluster'),
      })
      .prefault({})
      .describe('The volumes of an app that keeps data'),
    expose: expose.prefault({}),
    tls: z
      .string()
      .regex(NAME, NAME_ERROR)
      .optional()
      .describe(
        'A Secret of type kubernetes.io/tls in the namespace: the app serves with it (TLS_CERT, TLS_KEY), or the ingress or gateway before it',
      ),
  })
  .describe('How the app runs on Kubernetes');
