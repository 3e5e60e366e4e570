import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { start } from '../../src/clients/forward/process.ts';
import type { ForwardState } from '../../src/core/forward.ts';
import { isAlive } from '../../src/engine/process-identity.ts';
import { kubectl, withoutCluster } from '../support/cluster.ts';
import { temporaryFolder } from '../support/folder.ts';
import { freePorts } from '../support/ports.ts';
import { problemOf } from '../support/registry.ts';
import { askingDuring, get, timed } from './support/asked.ts';
import {
  applied,
  ask,
  breakableWay,
  builtForwarder,
  forwarded,
  guestOf,
  serviceOf,
  startedApp,
  statusOf,
  withKubeconfig,
} from './support/forward.ts';

const MEGABYTE = 1024 * 1024;
const soon = { timeout: 20_000, interval: 50 };
const LONG = { timeout: 40_000, interval: 1000 };

let namespace: string;
let program: string;
const removals: (() => unknown)[] = [];

const inApp = (...args: string[]): Promise<string> => kubectl('-n', namespace, ...args);
const toApp = (more: object = {}) => forwarded({ program, namespace, ...more });

const stateIn = (folder: string): ForwardState => JSON.parse(readFileSync(join(folder, 'forward.json'), 'utf8'));

/** Rejects when the cluster does not know who that is. */
const mayAsk = (kubeconfig: string): Promise<string> =>
  kubectl('--kubeconfig', kubeconfig, '-n', namespace, 'get', 'service', 'app');

/** What a process has in memory now, in bytes (proc(5), VmRSS). */
const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

describe.skipIf(withoutCluster)('a port-forward', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    const [app, forwarder] = await Promise.all([startedApp(), builtForwarder()]);
    removals.push(app.remove, forwarder.remove);
    ({ namespace } = app);
    ({ program } = forwarder);
  }, 180_000);
  afterAll(async () => {
    for (const remove of removals) await remove();
  });

  describe('leads', () => {
    test('to every ready pod, at an address that browsers trust', async () => {
      const { url, port } = await toApp();
      expect(url).toBe(`http://localhost:${port}`);
      const pods = (await inApp('get', 'pods', '-o', 'name')).split('\n').map(name => name.replace('pod/', ''));
      // Together, so that one of them is busy when the other is asked.
      const answers = await Promise.all(Array.from({ length: 20 }, () => get(url)));
      expect([...new Set(answers)].sort()).toEqual(pods.sort());
    });

    test('a WebSocket', async () => {
      const { url } = await toApp();
      const socket = new WebSocket(url.replace('http', 'ws'));
      await once(socket, 'open');
      for (const word of ['one', 'two']) {
        socket.send(word);
        const [{ data }] = await once(socket, 'message');
        expect(data).toBe(word);
      }
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    });

    test('50 MB down to somebody who reads slowly, and 20 MB up, with little memory', async () => {
      const { url, pid } = await toApp();
      await get(url);
      const before = memoryOf(pid);
      const down = request(`${url}/big?megabytes=50`, { agent: false }).end();
      const [answer] = await once(down, 'response');
      // Long enough for all of it to come here, if it were let.
      await sleep(2000);
      expect(memoryOf(pid) - before).toBeLessThan(25 * MEGABYTE);
      let bytes = 0;
      for await (const chunk of answer) bytes += chunk.length;
      expect(bytes).toBe(50 * MEGABYTE);
      const up = await fetch(`${url}/count`, { method: 'POST', body: new Uint8Array(20 * MEGABYTE) });
      expect(await up.text()).toBe(String(20 * MEGABYTE));
    });

    test('somebody who has said all, and still gets the answer', async () => {
      const { port } = await toApp({ port: 9001 });
      const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
      socket.end('a question');
      let text = '';
      for await (const chunk of socket) text += chunk;
      expect(text).toBe('late');
    });

    test('nobody to a port that is closed: the connection is reset, and the log says why', async () => {
      const { port, folder } = await toApp({ port: 7777 });
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => {});
      socket.write('a question');
      await vi.waitFor(() => expect(readFileSync(join(folder, 'forward.log'), 'utf8')).toContain('refused'), soon);
      socket.destroy();
    });
  });

  describe('while the pods change', () => {
    test('loses nobody of 50 new connections a second, when the release is replaced', async () => {
      const { url } = await toApp();
      const before = await inApp('get', 'pods', '-o', 'name');
      const asked = await askingDuring(url, 50, async () => {
        await sleep(500);
        await inApp('rollout', 'restart', 'deployment/app');
        await inApp('rollout', 'status', 'deployment/app', '--timeout=120s');
        await vi.waitFor(
          async () => {
            const now = (await inApp('get', 'pods', '-o', 'name')).split('\n');
            expect(now.filter(pod => before.includes(pod))).toEqual([]);
          },
          { timeout: 60_000, interval: 500 },
        );
      });
      expect(asked.length).toBeGreaterThan(200);
      expect(asked.filter(({ failed }) => failed)).toEqual([]);
      expect(new Set(asked.map(({ body }) => body)).size).toBe(4);
    });

    test('waits while there is none', async () => {
      const { url } = await toApp();
      await inApp('scale', 'deployment/app', '--replicas=0');
      await vi.waitFor(async () => {
        const slices = await inApp('get', 'endpointslices', '-o', 'json');
        expect(
          JSON.parse(slices).items.flatMap((slice: { endpoints: unknown[] | null }) => slice.endpoints ?? []),
        ).toEqual([]);
      }, soon);
      const asked = Promise.all([timed(url), timed(url), timed(url)]);
      await sleep(1000);
      await inApp('scale', 'deployment/app', '--replicas=2');
      for (const { ms, body, failed } of await asked) {
        expect(failed).toBeUndefined();
        expect(body).toMatch(/^app-/);
        expect(ms).toBeGreaterThan(1000);
      }
      await inApp('rollout', 'status', 'deployment/app', '--timeout=120s');
    });

    test('does not ask twice for what may have been done', async () => {
      const { url } = await toApp();
      await expect(fetch(`${url}/die`, { method: 'POST', body: 'once' })).rejects.toThrow();
      await inApp('rollout', 'status', 'deployment/app', '--timeout=120s');
      const restarts = await inApp(
        'get',
        'pods',
        '-o',
        'jsonpath={.items[*].status.containerStatuses[*].restartCount}',
      );
      expect(restarts.split(' ').sort()).toEqual(['0', '1']);
    });
  });

  describe('while the API server cannot be reached', () => {
    test('waits, and works on', async () => {
      const way = await breakableWay();
      const { url } = await withKubeconfig(way.kubeconfig, () => toApp());
      await get(url);
      way.down();
      const asked = timed(url);
      await sleep(3000);
      way.up();
      const { failed, ms } = await asked;
      expect(failed).toBeUndefined();
      expect(ms).toBeGreaterThan(2900);
      expect((await timed(url)).failed).toBeUndefined();
    });
  });

  describe('when it is not known any more who it is', () => {
    test('reads the kubeconfig again', async () => {
      const guest = await guestOf(namespace);
      const { url } = await withKubeconfig(guest.kubeconfig, () => toApp());
      await get(url);
      const old = join(temporaryFolder(), 'old.json');
      cpSync(guest.kubeconfig, old);
      await guest.login();
      // The API server believes an old token for some seconds more.
      await vi.waitFor(() => expect(mayAsk(old)).rejects.toThrow(/must be logged in/), LONG);
      expect((await timed(url)).failed).toBeUndefined();
    });
  });

  describe('as a process', () => {
    test('is one, however often and at once it is asked for', async () => {
      const { request: asked, pid, folder } = await toApp();
      const again = (await ask('ensure', asked as never)) as { pid: number; detail: string };
      expect(again).toMatchObject({ pid, detail: 'runs already' });
      await ask('end', { folder });
      const both = (await Promise.all([ask('ensure', asked as never), ask('ensure', asked as never)])) as {
        pid: number;
      }[];
      expect(both[0]?.pid).toBe(both[1]?.pid);
    });

    test('comes back at the same port after a kill', async () => {
      const first = await toApp();
      process.kill(first.pid, 'SIGKILL');
      await vi.waitFor(async () => expect(await statusOf(first.folder)).toBeNull(), soon);
      // The port is kept for its own sake, and not because it is the first one.
      const ports = { from: first.port - 1, to: first.port + 2 };
      const second = await ask('ensure', { ...first.request, ports } as never);
      expect(second).toMatchObject({ port: first.port });
      expect(second).not.toMatchObject({ pid: first.pid });
    });

    test('is replaced when it is to lead elsewhere', async () => {
      const first = await toApp();
      const old = await statusOf(first.folder);
      const second = (await ask('ensure', { ...first.request, port: 9001 } as never)) as { port: number };
      expect(second.port).toBe(first.port);
      expect(old && isAlive(old)).toBe(false);
      expect(await statusOf(first.folder)).toMatchObject({ containerPort: 9001, port: first.port });
    });

    test('leaves no process and no file when it ends', async () => {
      const { folder, port } = await toApp();
      const state = await statusOf(folder);
      expect(state).toMatchObject({ namespace, name: 'app', containerPort: 8080, port });
      await ask('end', { folder });
      expect(state && isAlive(state)).toBe(false);
      expect(readdirSync(folder)).toEqual([]);
      expect(await ask('end', { folder })).toEqual({ detail: 'nothing ran' });
    });

    test('ends when its state file is gone', async () => {
      const { folder } = await toApp();
      const state = await statusOf(folder);
      rmSync(join(folder, 'forward.json'));
      await vi.waitFor(() => expect(state && isAlive(state)).toBe(false), soon);
    });

    test('ends when its Service has been gone for a while', async () => {
      await applied(namespace, serviceOf('short-lived'));
      const { folder } = await toApp({ name: 'short-lived' });
      const { pid: _pid, started: _started, port, since: _since, version, ...spec } = stateIn(folder);
      await ask('end', { folder });
      await start(program, { spec, version, folder, before: port, goneMs: 1000 });
      const state = stateIn(folder);
      await inApp('delete', 'service', 'short-lived');
      await vi.waitFor(() => expect(isAlive(state)).toBe(false), soon);
      expect(readFileSync(join(folder, 'forward.log'), 'utf8')).toContain('ends: the Service is gone');
    });

    test('is not started for a Service that is not there, nor when every port is taken', async () => {
      const ports = { from: await freePorts(1), to: 0 };
      ports.to = ports.from;
      const server = createServer().listen({ host: '127.0.0.1', port: ports.from });
      await once(server, 'listening');
      expect(await problemOf(toApp({ ports }))).toMatchObject({
        code: 'ports-taken',
        message: `Port ${ports.from} on 127.0.0.1 is taken`,
      });
      server.close();
      expect(await problemOf(toApp({ name: 'none' }))).toMatchObject({ code: 'not-running' });
    });
  });

  describe('in the foreground', () => {
    test('tells its address, leads, and ends with the signal', async () => {
      const from = await freePorts(1);
      const stop = new AbortController();
      const lines: string[] = [];
      const served = ask(
        'serve',
        { namespace, name: 'app', port: 8080, host: '127.0.0.1', ports: { from, to: from } },
        { signal: stop.signal, onLine: line => lines.push(line) },
      );
      await vi.waitFor(
        () => expect(lines.join()).toContain(`http://localhost:${from} leads to ${namespace}/app`),
        soon,
      );
      expect(await get(`http://localhost:${from}`)).toMatch(/^app-/);
      stop.abort();
      expect(await served).toMatchObject({ detail: 'ended' });
      expect((await timed(`http://localhost:${from}`)).failed).toBeDefined();
    });
  });
});
