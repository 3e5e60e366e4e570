import { type Failure, failureOfThrown } from './failure.ts';
import { memberOf } from './identity.ts';
import { type Patience, patiently } from './patience.ts';
import { GoogleRefusal, problemOf } from './problems.ts';
import { accessToken } from './token.ts';

/** Why one try did not go well, in a shape that needs no Problem yet. */
export class Failed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** One request, with a token; rejects with Failed, or as an SDK does. */
export type Try<Answer> = (token: string) => Promise<Answer>;

/** Asks Google, with patience and a token that it accepts. What it says no to ends in a GoogleRefusal. */
export const asked = <Answer>(doing: string, work: Try<Answer>, patience: Patience): Promise<Answer> =>
  patiently(async () => {
    const { token } = await accessToken(patience);
    try {
      return await withRenewal(work, token, patience);
    } catch (error) {
      patience.signal?.throwIfAborted();
      const failure = failureOf(error);
      throw failure === undefined || error instanceof GoogleRefusal
        ? error
        : await refusalOf(ofApi(failure, patience), doing, patience.project);
    }
  }, patience);

/** A token that is no longer accepted before its time is over is replaced, once. */
const withRenewal = async <Answer>(work: Try<Answer>, token: string, patience: Patience): Promise<Answer> => {
  try {
    return await work(token);
  } catch (error) {
    if (failureOf(error)?.status !== 'UNAUTHENTICATED') throw error;
    const { token: renewed } = await accessToken({ ...patience, instead: token });
    return work(renewed);
  }
};

/** Undefined of what Google has no part in: a Problem of ours, or a bug. */
const failureOf = (error: unknown): Failure | undefined => {
  if (error instanceof GoogleRefusal || error instanceof Failed) return error.failure;
  return typeof Reflect.get(Object(error), 'code') === 'number' ? failureOfThrown(error) : undefined;
};

/** Google does not always say who it was that refused. */
const ofApi = (failure: Failure, { api }: Patience): Failure => ({
  ...failure,
  details: { service: api, ...failure.details },
});

export const refusalOf = async (failure: Failure, doing: string, project: string): Promise<GoogleRefusal> => {
  const member = failure.status === 'PERMISSION_DENIED' ? await memberOf() : '';
  return new GoogleRefusal(problemOf(failure, { doing, project, member }), failure);
};
