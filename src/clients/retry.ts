/** Waits for so many ms, or throws the reason of a signal that aborts before. */
export type Pause = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

export interface Retries {
  /** In ms, after so many tries that failed; throws what is to be told instead of another one. */
  readonly pauseAfter: (error: unknown, tries: number) => number;
  readonly pause: Pause;
  readonly signal?: AbortSignal | undefined;
}

/** Tries until it goes well. Rejects with what `pauseAfter` throws, or the reason of the signal. */
export const retry = async <Answer>(
  work: () => Promise<Answer>,
  { pauseAfter, pause, signal }: Retries,
): Promise<Answer> => {
  for (let tries = 1; ; tries++) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      await pause(pauseAfter(error, tries), signal);
    }
  }
};
