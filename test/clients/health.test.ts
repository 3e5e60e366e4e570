import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Attempt } from '../../src/clients/health/attempt.ts';
import { verdict } from '../../src/clients/health/verdict.ts';
import { health } from '../../src/clients/health.ts';
import { call } from '../../src/core/action.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { BytechatError } from '../../src/core/problem.ts';
import type { CallOptions } from '../../src/core/runner.ts';
import { temporaryFolder } from '../support/folder.ts';
import { scriptedRunner } from '../support/scripted.ts';

describe('the verdict', () => {
  const attempt = (more: Partial<Attempt>): Attempt => ({
    name: 'GET /healthz',
    ok: false,
    said: 'answers 503',
    ms: 3,
    reproduce: 'curl -i http://localhost:5001/healthz',
    ...more,
  });
  const refusal = (status: number) => attempt({ status, said: `answers ${status}` });

  test.for<[string, Attempt[], number, string | undefined]>([
    ['nothing was asked yet', [], 0, undefined],
    ['it was healthy once', [attempt({ ok: true, status: 200 })], 59_999, undefined],
    ['it is not healthy yet', [refusal(503)], 59_999, undefined],
    ['it never became healthy', [refusal(503)], 60_000, 'Not healthy within 60 s'],
    ['nothing listens yet', [attempt({ said: 'nothing listens' })], 59_999, undefined],
    ['it is a 404 for a moment', [refusal(404)], 2_999, undefined],
    ['it is a 404 and stays one', [refusal(404), refusal(404)], 3_000, 'The app answers 404 to GET /healthz'],
    ['it is a 401 and stays one', [refusal(401)], 3_000, 'The app answers 401 to GET /healthz'],
    ['it was a 503 before', [refusal(503), refusal(404)], 3_000, undefined],
    ['it is a 500', [refusal(500)], 30_000, undefined],
  ])('%s', ([, history, elapsedMs, message]) => {
    expect(verdict(history, { elapsedMs, withinMs: 60_000 })?.message).toBe(message);
  });

  test('says what was answered last, and how to see it again', () => {
    expect(verdict([refusal(503)], { elapsedMs: 60_000, withinMs: 60_000 })).toMatchObject({
      code: 'unhealthy',
      because: 'GET /healthz: answers 503',
      reproduce: 'curl -i http://localhost:5001/healthz',
    });
  });
});

const serverOf = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const ask = (method: string, request: JsonObject, options: CallOptions = {}): Promise<Json | undefined> => {
  const place = {
    folder: '/release',
    run: join(temporaryFolder(), 'run'),
    release: 'b7c01e',
    withinMs: 20_000,
    passes: 3,
  };
  return health(call('health', method, { ...place, ...request }), options);
};

describe('waiting for an app', () => {
  test('ends when every check has passed so often in a row', async () => {
    const answers = [503, 200, 200, 503, 200, 200, 200];
    const seen: (string | undefined)[] = [];
    const url = await serverOf((request, response) => {
      seen.push(request.url);
      response.writeHead(answers[seen.length - 1] ?? 500).end('not yet');
    });
    const told: string[] = [];
    const answer = await ask(
      'wait',
      { checks: [{ http: '/readyz?a=1', timeout: 5 }], at: { url } },
      { onLine: line => told.push(line) },
    );
    expect(answer).toMatchObject({ passes: 3, detail: expect.stringMatching(/^GET \/readyz\?a=1 \d+ ms$/) });
    expect(seen).toEqual(answers.map(() => '/readyz?a=1'));
    expect(told).toEqual([
      'GET /readyz?a=1: answers 503 not yet',
      'GET /readyz?a=1: 1 of 3',
      'GET /readyz?a=1: 2 of 3',
      'GET /readyz?a=1: answers 503 not yet',
      'GET /readyz?a=1: 1 of 3',
      'GET /readyz?a=1: 2 of 3',
      'GET /readyz?a=1: 3 of 3',
    ]);
  });

  test('asks the app on its private socket while it stands by, and only what can be asked there', async () => {
    const socket = join(temporaryFolder(), 'a.sock');
    const server = createServer((_, response) => response.end()).listen(socket);
    await once(server, 'listening');
    onTestFinished(() => void server.close().closeAllConnections());
    const checks = [
      { http: '/', timeout: 5 },
      { exec: ['probe'], timeout: 5 },
    ];
    expect(await ask('wait', { checks, at: { socket }, passes: 1 })).toMatchObject({ passes: 1 });
  });

  test('runs programs in the release, with the address of the app', async () => {
    const url = await serverOf((_, response) => response.end());
    const runner = scriptedRunner({ '/release/bin/node probe.js': {}, 'check-it --at': {} });
    const checks = [
      { exec: ['node', 'probe.js', '{url}'], timeout: 30 },
      { exec: ['check-it', '--at', '{url}/x'], timeout: 30 },
    ];
    await ask('wait', { checks, at: { url }, passes: 1 }, { runner });
    expect(runner.ran).toEqual([`/release/bin/node probe.js ${url}`, `check-it --at ${url}/x`]);
  });

  test('is over at once when somebody stops it, also while the app keeps silent', async () => {
    const stop = new AbortController();
    const stopped = new BytechatError({ code: 'interrupted', message: 'You stopped it' });
    const url = await serverOf(() => stop.abort(stopped));
    const waiting = ask('wait', { checks: [{ http: '/', timeout: 3600 }], at: { url } }, { signal: stop.signal });
    await expect(waiting).rejects.toBe(stopped);
  });
});

describe('one look', () => {
  test('says of each check how it went', async () => {
    const url = await serverOf((request, response) => {
      if (request.url === '/hang') return;
      response.writeHead(request.url === '/ok' ? 200 : 302, { location: '/ok' }).end('over\n  there');
    });
    const runner = scriptedRunner({
      good: {},
      bad: { status: 'failed', exitCode: 1, stdout: 'first', stderr: 'the last line' },
      slow: { status: 'timeout', exitCode: undefined, stdout: 'so far' },
    });
    const checks = [
      ...['/ok', '/moved', '/hang'].map(http => ({ http, timeout: 0.2 })),
      ...['good', 'bad', 'slow'].map(word => ({ exec: [word], timeout: 5 })),
    ];
    const looked = (await ask('look', { checks, at: { url } }, { runner })) as { ok: boolean; said: string }[];
    expect(looked.map(({ ok, said }) => [ok, said])).toEqual([
      [true, 'answers 200'],
      [false, 'answers 302 over there'],
      [false, 'no answer within 0.2 s'],
      [true, 'passes'],
      [false, 'the last line'],
      [false, 'timeout: so far'],
    ]);
  });

  test('an address where nobody is', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const at = { url: `http://127.0.0.1:${port}` };
    expect(await ask('look', { checks: [{ http: '/', timeout: 5 }], at })).toMatchObject([
      { ok: false, said: 'nothing listens' },
    ]);
  });
});
