import { PassThrough } from 'node:stream';
import type { V1Status } from '@kubernetes/client-node';
import type { KubeSession } from './session.ts';

export interface Executing {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Executed {
  readonly ok: boolean;
  /** What it printed, both streams; or why it could not be run. */
  readonly said: string;
}

/** Runs a program in a pod. That it fails is an answer; the time it may take is ours to keep, the API has no limit. */
export const execInPod = async (asked: Executing, session: KubeSession): Promise<Executed> => {
  const { Exec } = await import('@kubernetes/client-node/dist/exec.js');
  const { namespace, pod, container, command, timeoutMs, signal } = asked;
  const printed: string[] = [];
  const output = (): PassThrough => {
    const stream = new PassThrough();
    stream.setEncoding('utf8').on('data', text => printed.push(text));
    return stream;
  };
  const said = (): string => printed.join('').trim();
  return new Promise((resolve, reject) => {
    let socket: { close(): void } | undefined;
    const end = (work: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      socket?.close();
      work();
    };
    const stop = (): void => end(() => reject(signal?.reason));
    const timer = setTimeout(
      () => end(() => resolve({ ok: false, said: `no end within ${timeoutMs / 1000} s` })),
      timeoutMs,
    );
    signal?.addEventListener('abort', stop, { once: true });
    const onStatus = (status: V1Status): void =>
      end(() => resolve({ ok: status.status === 'Success', said: said() || (status.message ?? '') }));
    new Exec(session.config)
      .exec(namespace, pod, container, [...command], output(), output(), null, false, onStatus)
      .then(opened => {
        socket = opened;
        // A pod that ends meanwhile says nothing more.
        opened.onclose = () => end(() => resolve({ ok: false, said: said() || 'the pod has ended' }));
      })
      .catch(error => end(() => resolve({ ok: false, said: String(error?.message ?? error) })));
  });
};
