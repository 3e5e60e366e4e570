import { BytechatError, type Problem } from '../../core/problem.ts';
import type { KubeAnswer } from './session.ts';

/** What the API server says when it refuses: a `Status` (k8s.io/apimachinery meta/v1). */
export interface Refusal {
  readonly status: number;
  /** `Forbidden`, `NotFound`, `Conflict`, `Invalid` … */
  readonly reason: string;
  readonly message: string;
}

export const refusalIn = ({ status, body }: KubeAnswer): Refusal => {
  const { reason = '', message } = (typeof body === 'object' && body !== null ? body : {}) as Partial<Refusal>;
  return { status, reason, message: message ?? (String(body) || `HTTP ${status}`) };
};

/** The answer's body, when it is a good one. `doing`: `list pods in shop`. */
export const good = <Body>(answer: KubeAnswer, doing: string): Body => {
  if (answer.status >= 200 && answer.status < 300) return answer.body as Body;
  throw new BytechatError(refused(refusalIn(answer), doing));
};

export const refused = ({ status, reason, message }: Refusal, doing: string): Problem => {
  if (status === 401)
    return {
      code: 'no-permission',
      message: 'The cluster does not know who you are',
      because: message,
      fix: 'log in again: kubectl auth whoami shows whether it worked',
    };
  if (status === 403)
    return {
      code:
        reason === 'Forbidden' && /exceeded quota|denied the request|violates PodSecurity/.test(message)
          ? 'not-admitted'
          : 'no-permission',
      message: `The cluster does not let you ${doing}`,
      because: message,
      fix: 'ask its administrator; kubectl auth can-i --list shows what you may',
    };
  return {
    code: 'cluster-refused',
    message: `The cluster refuses to ${doing}`,
    because: message,
    fix: status === 409 ? 'try again: somebody else has changed it meanwhile' : 'correct what it names, then try again',
  };
};

const TLS = /certificate|self.signed|CERT_|ERR_TLS/i;

export const unreachable = (server: string, error: unknown): Problem => {
  const { message } = error instanceof Error ? error : { message: String(error) };
  const code = String(Reflect.get(Object(error), 'code') ?? '');
  return {
    code: 'cluster-unreachable',
    message: `No Kubernetes cluster answers at ${server}`,
    because: message || code,
    fix: TLS.test(`${code} ${message}`)
      ? 'renew the certificate authority in the kubeconfig: kubectl cluster-info says the same'
      : 'kubectl cluster-info shows whether it answers; a VPN or another context may be missing',
  };
};
