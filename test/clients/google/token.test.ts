import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import process from 'node:process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { accessToken } from '../../../src/clients/google/token.ts';
import { folderWith } from '../../support/folder.ts';
import { ACCOUNT, google, PROJECT } from '../../support/google.ts';
import { problemOf } from '../../support/registry.ts';
import { APPS, artifactsAt, gcpAt, gkeAt, REF, SHOP } from './support.ts';

test('a token is kept for as long as it lasts', async () => {
  const cloud = await google();
  const before = Date.now();
  const first = await accessToken();
  expect(first.expiresAt).toBeGreaterThan(before + 3_500_000);
  expect(await Promise.all([accessToken(), accessToken()])).toEqual([first, first]);
  expect(cloud.tokens.issued).toBe(1);
});

test('one that ends within five minutes is renewed before', async () => {
  const cloud = await google();
  Object.assign(cloud.tokens, { lifetime: 290, isFresh: true });
  const [first, second] = [await accessToken(), await accessToken()];
  expect(first.token).not.toBe(second.token);
});

test('many who ask at once ask the metadata server once', async () => {
  const cloud = await google();
  await Promise.all(Array.from({ length: 5 }, () => accessToken()));
  expect(cloud.tokens.issued).toBe(1);
});

test('a token that is no longer accepted is replaced in the middle of the work, on both ways to Google', async () => {
  const cloud = await google({ polls: 5 });
  Object.assign(cloud.tokens, { isFresh: true });
  const gke = gkeAt(count => {
    if (count === 2) cloud.tokens.revoke();
  });
  await gke('create', SHOP);
  expect(await gke('wait', REF)).toMatchObject({ status: 'RUNNING' });
  expect(cloud.calls.filter(({ status }) => status === 'UNAUTHENTICATED')).toHaveLength(1);
  expect(cloud.tokens.issued).toBe(2);

  cloud.tokens.revoke();
  await gcpAt()('region', { project: PROJECT, region: 'us-central1' });
  expect(cloud.tokens.issued).toBe(3);
});

test('one that is refused again is a Problem, and not asked for for ever', async () => {
  const [cloud, artifacts] = [await google(), artifactsAt()];
  cloud.faults.push({ method: 'getRepository', status: 'UNAUTHENTICATED', message: 'no such account', times: 9 });
  expect(await problemOf(artifacts('repository', APPS))).toMatchObject({
    code: 'no-credentials',
    message: 'Google does not accept the credentials to read the repository apps',
    because: 'no such account',
  });
  expect(cloud.calls.map(({ method }) => method)).toEqual(['token', 'getRepository', 'token', 'getRepository']);
});

test('whoever no longer wants it does not wait', async () => {
  await google();
  const stop = new AbortController();
  const work = accessToken({ signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(work).rejects.toThrow('enough');
});

test('where nothing says who we are, the ways to say it are told', async () => {
  await google();
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  expect(await problemOf(accessToken())).toMatchObject({
    code: 'no-credentials',
    message: 'No credentials for Google Cloud are here',
    fix: expect.stringMatching(/gcloud auth application-default login.*GOOGLE_APPLICATION_CREDENTIALS/),
  });
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/nowhere/key.json');
  expect(await problemOf(accessToken())).toMatchObject({
    code: 'no-credentials',
    because: expect.stringContaining('/nowhere/key.json'),
  });
});

test('whoever stands where the metadata server would be is not warned of on stderr', async () => {
  await google();
  const { url } = await tokenServer({}, 403);
  vi.stubEnv('METADATA_SERVER_DETECTION', undefined);
  vi.stubEnv('GCE_METADATA_HOST', new URL(url).host);
  const warned = vi.spyOn(process.stderr, 'write');
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on('warning', note);
  const problems = await Promise.all([problemOf(accessToken()), problemOf(accessToken())]);
  await new Promise(resolve => setImmediate(resolve));
  process.off('warning', note);
  expect(problems.map(({ code }) => code)).toEqual(['no-credentials', 'no-credentials']);
  expect(warnings).toEqual([]);
  expect(warned).not.toHaveBeenCalled();
});

/** Who gives tokens for what kinds of credentials have in their file. */
const tokenServer = async (answer: object, status = 200) => {
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push(Buffer.concat(chunks).toString('utf8'));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}/token`, seen };
};

const credentialsIn = (content: object): void => {
  const folder = folderWith({ 'credentials.json': JSON.stringify(content) });
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', `${folder}/credentials.json`);
};

test('a workload identity exchanges the token of whoever it runs at', async () => {
  await google();
  const { url, seen } = await tokenServer({
    access_token: 'federated',
    expires_in: 3600,
    token_type: 'Bearer',
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  });
  const subject = folderWith({ token: 'of-the-ci' });
  credentialsIn({
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/ci',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: url,
    credential_source: { file: `${subject}/token` },
  });
  const { token, expiresAt } = await accessToken();
  expect(token).toBe('federated');
  expect(expiresAt).toBeGreaterThan(Date.now() + 3_000_000);
  expect(seen).toEqual([expect.stringContaining('subject_token=of-the-ci')]);
});

test('a person whose login is over is told to log in, and no secret is', async () => {
  await google();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { url } = await tokenServer({ error: 'invalid_grant', error_description: 'reauth related error' }, 400);
  const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  credentialsIn({
    type: 'external_account_authorized_user',
    audience: '//iam.googleapis.com/locations/global/workforcePools/people/providers/people',
    client_id: 'someone',
    client_secret: secret,
    refresh_token: secret,
    token_url: url,
  });
  const problem = await problemOf(accessToken());
  expect(problem).toMatchObject({ code: 'no-credentials', because: 'invalid_grant: reauth related error' });
  expect(JSON.stringify(problem)).not.toContain(secret.split('\n')[1]);
});

test('who we are is read from the credentials', async () => {
  await google();
  expect(await gcpAt()('project', { project: PROJECT, apis: [] })).toMatchObject({ account: ACCOUNT });
});

test('what stands in for Google is on this machine, or nobody is asked', async () => {
  await google();
  for (const [name, ask] of [
    ['BYTECHAT_GCP_ENDPOINT', () => gkeAt()('list', { project: PROJECT })],
    ['BYTECHAT_GCP_REST_ENDPOINT', () => gcpAt()('region', { project: PROJECT, region: 'us-central1' })],
  ] as const) {
    vi.stubEnv(name, 'example.org:443');
    expect(await problemOf(ask())).toMatchObject({
      code: 'invalid-value',
      message: `${name} is example.org:443, which is not on this machine`,
    });
  }
});
