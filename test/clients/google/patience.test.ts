import { expect, test } from 'vitest';
import {
  type Failure,
  failureOfAnswer,
  failureOfNetwork,
  failureOfThrown,
} from '../../../src/clients/google/failure.ts';
import { CALL, GLANCE, POLL, patiently } from '../../../src/clients/google/patience.ts';
import { GoogleRefusal, problemOf } from '../../../src/clients/google/problems.ts';
import { notedPauses } from '../../support/registry.ts';

const WANTED = { doing: 'list clusters', project: 'demo', member: '' };

/** How often it is tried before it is given up, and what it ends with. */
const tried = async (failure: Failure, list: readonly number[] = CALL) => {
  const { pause } = notedPauses();
  let count = 0;
  const work = async (): Promise<never> => {
    count += 1;
    throw new GoogleRefusal(problemOf(failure, WANTED), failure);
  };
  const patience = { project: 'demo', api: 'container.googleapis.com', pauses: list, timing: { pause } };
  const error = (await patiently(work, patience).catch(thrown => thrown)) as GoogleRefusal;
  return { count, ...error.problem };
};

test('requests that come too fast are sent again; what there is no more of is not asked for again', async () => {
  const perMinute = "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute'";
  const fast = failureOfAnswer(429, { error: { code: 429, message: perMinute, status: 'RESOURCE_EXHAUSTED' } });
  expect(await tried(fast)).toMatchObject({ count: CALL.length + 1 });
  // Compute says it with 403, and in its own way.
  const compute = { error: { code: 403, message: 'Rate Limit Exceeded', errors: [{ reason: 'rateLimitExceeded' }] } };
  expect(await tried(failureOfAnswer(403, compute))).toMatchObject({ count: CALL.length + 1 });
  const none = { error: { code: 403, message: "Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1." } };
  expect(await tried(failureOfAnswer(403, none))).toMatchObject({
    count: 1,
    code: 'quota-exceeded',
    message: 'The project demo has not enough quota to list clusters: CPUS',
  });
});

test('without a network nobody waits who has begun nothing', async () => {
  const message = '14 UNAVAILABLE: Name resolution failed for target dns:container.googleapis.com:443';
  const overGrpc = failureOfThrown({ code: 14, message });
  const overHttp = failureOfNetwork(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
  for (const failure of [overGrpc, overHttp]) {
    expect(await tried(failure, GLANCE)).toMatchObject({
      count: 1,
      fix: expect.stringContaining('connect this machine'),
    });
    expect(await tried(failure, CALL)).toMatchObject({ count: 1 });
    expect(await tried(failure, POLL)).toMatchObject({ count: POLL.length + 1 });
  }
});

test('what a proxy says in words of its own is told', async () => {
  expect(await tried(failureOfAnswer(502, '<html>Bad Gateway</html>'))).toMatchObject({
    count: CALL.length + 1,
    because: '<html>Bad Gateway</html> (UNAVAILABLE), 9 times',
  });
  expect(await tried(failureOfAnswer(407, ''))).toMatchObject({ count: 1, because: 'HTTP 407 (UNKNOWN)' });
});

test('a name that is no name, as Google says it', async () => {
  const words = 'Cluster.name must be less than 40 characters';
  expect(await tried(failureOfThrown({ code: 3, message: `3 INVALID_ARGUMENT: ${words}` }))).toMatchObject({
    count: 1,
    code: 'invalid-value',
    because: `${words} (INVALID_ARGUMENT)`,
  });
});
