import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { accessTo } from '../../src/clients/kube/forward/access.ts';
import { doorOf } from '../../src/clients/kube/gke-server.ts';
import { type KubeSession, openSession } from '../../src/clients/kube/session.ts';
import { sessionFor } from '../../src/clients/kube/sessions.ts';
import type { GkeServer } from '../../src/core/google.ts';
import { gkeContextName, gkeRef, gkeToken, googleWithCluster, setCluster, theirs, withoutGke } from '../support/gke.ts';
import { problemOf } from '../support/registry.ts';

const opened = (at: GkeServer = theirs()): Promise<KubeSession> => openSession({ gke: at });

const PATH = '/api/v1/namespaces/default';
const status = async (session: KubeSession): Promise<number> => (await session.ask({ path: PATH })).status;

describe.skipIf(withoutGke)('a cluster of Google', () => {
  test('is found by its description, and asked with one token, without any kubeconfig', async () => {
    const { tokens, calls } = await googleWithCluster();
    vi.stubEnv('KUBECONFIG', '/nowhere');
    const session = await sessionFor({ gke: gkeRef, context: 'whatever' });
    expect(session).toMatchObject({ context: gkeContextName, server: theirs().server });
    expect(await status(session)).toBe(200);
    expect(await status(await sessionFor({ gke: { ...gkeRef } }))).toBe(200);
    expect(calls.map(({ method }) => method)).toEqual(['token', 'getCluster']);
    expect(tokens.issued).toBe(1);
  });

  test.for(['PROVISIONING', 'STOPPING', 'ERROR', undefined])(
    'is none while it is %s, and looked for again',
    async state => {
      const stand = await googleWithCluster();
      if (state === undefined) stand.clusters.clear();
      else setCluster(stand, state);
      const { code, message, fix } = await problemOf(sessionFor({ gke: gkeRef }));
      expect(code).toBe('no-cluster');
      if (state === undefined) expect(message).toBe('There is no cluster bytechat in us-central1 of bytechat-demo');
      else expect(message).toBe(`The cluster bytechat in us-central1 of bytechat-demo does not run: ${state}`);
      expect(fix).toContain('bytechat gke create');
      setCluster(stand, 'RECONCILING');
      expect(await status(await sessionFor({ gke: gkeRef }))).toBe(200);
    },
  );

  test('that was made anew elsewhere is found there', async () => {
    const stand = await googleWithCluster();
    stand.clusters.clear();
    setCluster(stand, 'RUNNING', '127.0.0.1:9');
    const old = await sessionFor({ gke: gkeRef });
    expect(await problemOf(old.ask({ path: PATH }))).toMatchObject({
      code: 'cluster-unreachable',
      fix: expect.stringContaining(
        'gcloud container clusters describe bytechat --location us-central1 --project bytechat-demo',
      ),
    });
    setCluster(stand, 'RUNNING');
    expect(await status(await sessionFor({ gke: gkeRef }))).toBe(200);
  });

  test('is asked with another token when one comes to its end, as often as that happens', async () => {
    const { tokens } = await googleWithCluster();
    tokens.lifetime = 1;
    const session = await opened();
    for (const _ of [1, 2, 3]) expect(await status(session)).toBe(200);
    expect(tokens.issued).toBe(3);
    tokens.lifetime = 3599;
    for (const _ of [1, 2, 3]) expect(await status(session)).toBe(200);
    expect(tokens.issued).toBe(4);
  });

  /** What it gives first, the cluster does not take. */
  const withStale = async () => {
    const { tokens } = await googleWithCluster();
    tokens.isFresh = true;
    const session = await opened();
    expect((await session.options()).headers).toMatchObject({ Authorization: `Bearer ${gkeToken}-1` });
    tokens.isFresh = false;
    return { session, tokens };
  };

  test('that no longer takes a token gets another one, once', async () => {
    const { session, tokens } = await withStale();
    expect(await status(session)).toBe(200);
    expect(await status(session)).toBe(200);
    expect(tokens.issued).toBe(2);
  });

  test('that no longer takes a token is read line by line with another one', async () => {
    const { session, tokens } = await withStale();
    const lines: string[] = [];
    const answer = await session.stream({ path: `${PATH}/configmaps` }, line => void lines.push(line));
    expect(answer.status).toBe(200);
    expect(lines.join()).toContain('kube-root-ca.crt');
    expect(tokens.issued).toBe(2);
  });

  test('that no longer takes a token gets another one for connections of their own', async () => {
    const { session, tokens } = await withStale();
    await session.renew();
    expect((await session.options()).headers).toMatchObject({ Authorization: `Bearer ${gkeToken}` });
    expect(tokens.issued).toBe(2);
  });

  test('that no longer takes a token gets another one for a port-forward, once, whoever asks for it', async () => {
    const { tokens } = await googleWithCluster();
    tokens.isFresh = true;
    const access = accessTo({ context: gkeContextName, gke: theirs() });
    const stale = await access.session();
    await stale.options();
    tokens.isFresh = false;
    await Promise.all([access.renew(stale), access.renew(stale)]);
    await access.renew(stale);
    expect((await (await access.session()).options()).headers).toMatchObject({ Authorization: `Bearer ${gkeToken}` });
    expect(tokens.issued).toBe(2);
  });

  test('that takes no token at all says who is not known, and what to do', async () => {
    const { tokens } = await googleWithCluster();
    tokens.isFresh = true;
    expect(await problemOf(status(await opened()))).toMatchObject({
      code: 'no-permission',
      message: 'The cluster bytechat in us-central1 of bytechat-demo does not know who you are',
      because: 'Unauthorized',
      fix: expect.stringContaining('gcloud auth application-default login'),
    });
    expect(tokens.issued).toBe(2);
  });

  test('is known by the certificate of its own authority alone', async () => {
    await googleWithCluster();
    const session = await opened({ ...theirs(), ca: '' });
    expect(await problemOf(status(session))).toMatchObject({ code: 'cluster-unreachable' });
  });

  test('has no session for who has no credentials', async () => {
    const stand = await googleWithCluster();
    const session = await opened();
    stand.faults.push({ method: 'token', status: 'NOT_FOUND', times: 100 });
    onTestFinished(() => void stand.faults.splice(0));
    expect(await problemOf(status(session))).toMatchObject({ code: 'no-credentials' });
  });
});

test('the door is the name where there is one, with no authority but the public ones; else the address', () => {
  const both = { dnsEndpoint: 'gke-1.us-central1.gke.goog', endpoint: '203.0.113.7', ca: 'Q0E=' };
  expect(doorOf(both)).toEqual({ server: 'https://gke-1.us-central1.gke.goog', ca: '' });
  expect(doorOf({ ...both, dnsEndpoint: '' })).toEqual({ server: 'https://203.0.113.7', ca: 'Q0E=' });
  expect(doorOf({ ...both, dnsEndpoint: '', endpoint: '127.0.0.1:6443' }).server).toBe('https://127.0.0.1:6443');
});
