import { execCredential, type Lasting } from '../core/exec-credential.ts';
import type { Observer } from './observer.ts';

/** Whatever keeps us from having one is a Problem: whoever asks cannot go on without. */
export const observeToken: Observer = async ({ env }, ask) =>
  execCredential((await ask.call('credentials', 'token', {})) as unknown as Lasting, env.KUBERNETES_EXEC_INFO);
