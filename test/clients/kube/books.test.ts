import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { askPatiently } from '../../../src/clients/kube/books/at.ts';
import { isTelling } from '../../../src/clients/kube/books/journal.ts';
import { keyOf, recordsIn, tooMany } from '../../../src/clients/kube/books/releases.ts';
import { createServerClock } from '../../../src/clients/kube/books/server-clock.ts';
import { inForce, leaseIn, nextLease, type StoredLease } from '../../../src/clients/kube/books/stored-lease.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import { identify, processSpace } from '../../../src/engine/process-identity.ts';
import { folderWith } from '../../support/folder.ts';

const NOW = Date.parse('2026-11-23T14:02:07.042Z');
const at = { namespace: 'shop', name: 'shop-staging' };

describe('a lease', () => {
  const taking = { holder: 'mira_b@atlas_1f2e3d4c', doing: 'deploy', now: NOW, expiryMs: 30_000 };
  const next = (last?: StoredLease): StoredLease => leaseIn(nextLease(last, taking));

  test('is read as it was written', () => {
    const first = next();
    expect(first).toMatchObject({ token: 1, owner: 'mira_b@atlas', doing: 'deploy', expiryMs: 30_000 });
    expect(first).toMatchObject({ since: '2026-11-23T14:02:07.042Z', heartbeat: '2026-11-23T14:02:07.042Z' });
    expect(first.process).toEqual({ ...identify(), space: processSpace() });
    expect(next({ ...first, token: 41 }).token).toBe(42);
  });

  test('has its times with six decimals, without which the API server refuses them', () => {
    expect(nextLease(undefined, taking).spec.renewTime).toBe('2026-11-23T14:02:07.042000Z');
  });

  test('of a process that lives is in force until it expires', () => {
    expect(inForce(next(), NOW + 29_999)).toBe(true);
    expect(inForce(next(), NOW + 30_000)).toBe(false);
    expect(inForce({ ...next(), holder: '' }, NOW)).toBe(false);
  });

  test('of a dead process is free at once only where its number is known to mean that one', () => {
    const dead = { pid: 2 ** 22 - 1, started: 'then', space: processSpace() };
    expect(inForce({ ...next(), process: dead }, NOW)).toBe(false);
    expect(inForce({ ...next(), process: { ...dead, space: 'another container' } }, NOW)).toBe(true);
    expect(inForce({ ...next(), process: { ...dead, space: '' } }, NOW)).toBe(true);
    expect(inForce({ ...next(), process: undefined }, NOW)).toBe(true);
  });

  test('that somebody has written by hand is no lock, and does no harm', () => {
    for (const object of [{}, { spec: { holderIdentity: 'x', renewTime: 'soon' } }, { spec: { holderIdentity: 'x' } }])
      expect(inForce(leaseIn(object), NOW)).toBe(false);
    const process = { metadata: { annotations: { 'bytechat.dev/process': '{"pid":' } } };
    expect(leaseIn(process).process).toBeUndefined();
  });
});

describe("the server's clock", () => {
  test('is never read as earlier than it is, from answers that count whole seconds', () => {
    let elapsed = 0;
    const clock = createServerClock(() => elapsed);
    clock.hear(NOW, 0);
    elapsed = 250;
    expect(clock.latest()).toBe(NOW + 1250);
    clock.hear(NOW + 1000, 200);
    expect(clock.latest()).toBe(NOW + 2050);
    clock.hear(undefined, 250);
    expect(clock.latest()).toBe(NOW + 2050);
  });
});

describe('history', () => {
  test('has keys that a ConfigMap takes and that sort by time', () => {
    const keys = ['2026-11-23T14:02:07.042Z', '2026-11-23T14:02:07.041Z', '2025-12-31T23:59:59.999Z'].map(time =>
      keyOf({ at: time }, 'ff'),
    );
    expect(keys[0]).toBe('20261123T140207.042Z-ff');
    expect(keys.every(key => /^[-._a-zA-Z0-9]+$/.test(key))).toBe(true);
    expect([...keys].sort()).toEqual([...keys].reverse());
  });

  test('drops the oldest that are too many or too long, and never the newest', () => {
    const data = { c: 'xx', a: 'xx', d: 'xx', b: 'xx' };
    expect(tooMany(data, { most: 4, bytes: 12 })).toEqual([]);
    expect(tooMany(data, { most: 3, bytes: 12 })).toEqual(['a']);
    expect(tooMany(data, { most: 4, bytes: 11 })).toEqual(['a']);
    expect(tooMany(data, { most: 4, bytes: 8 })).toEqual(['b', 'a']);
    expect(tooMany(data, { most: 4, bytes: 1 })).toEqual(['c', 'b', 'a']);
    expect(tooMany({ a: 'é' }, { most: 1, bytes: 0 })).toEqual([]);
    expect(tooMany({ a: '', b: 'é' }, { most: 2, bytes: 3 })).toEqual(['a']);
  });

  test('has only records in it', () => {
    expect(recordsIn({ b: '{"schema":1,"at":"b"}', a: '{"schema":1,"at":"a"}', c: '{"schema":2}', d: '[1' })).toEqual([
      { schema: 1, at: 'a' },
      { schema: 1, at: 'b' },
    ]);
  });
});

test('a journal is written where a reader learns something', () => {
  const entry = (edge: JournalEntry['edge'], step?: string): JournalEntry => ({
    run: 'r',
    at: '',
    edge,
    ...(step !== undefined && { step }),
  });
  const before = [entry('run.begin'), entry('action.begin', 'build')];
  expect(isTelling([], entry('run.begin'))).toBe(true);
  expect(isTelling(before, entry('action.end', 'build'))).toBe(false);
  expect(isTelling(before, entry('action.begin', 'build'))).toBe(false);
  expect(isTelling(before, { ...entry('action.end', 'build'), note: 'operation-7' })).toBe(true);
  expect(isTelling(before, entry('action.begin', 'release'))).toBe(true);
  expect(isTelling(before, entry('undo.begin', 'build'))).toBe(true);
  expect(isTelling(before, entry('run.end'))).toBe(true);
});

describe('a server that is busy', () => {
  /** Answers with these statuses, one after the other, and with the last from then on. */
  const serverWith = async (...statuses: number[]): Promise<number[]> => {
    const answered: number[] = [];
    const server = createServer((_request, answer) => {
      answered.push(statuses[answered.length] ?? (statuses.at(-1) as number));
      answer.writeHead(answered.at(-1) as number).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const before = process.env.KUBECONFIG;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
      process.env.KUBECONFIG = before;
    });
    const named = (key: string, value: object) => [{ name: 'busy', [key]: value }];
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = {
      clusters: named('cluster', { server: url, 'insecure-skip-tls-verify': true }),
      users: named('user', { token: 'none' }),
      contexts: named('context', { cluster: 'busy', user: 'busy' }),
      'current-context': 'busy',
    };
    process.env.KUBECONFIG = join(folderWith({ config: JSON.stringify(config) }), 'config');
    return answered;
  };

  test('is asked again', async () => {
    const answered = await serverWith(503, 429, 200);
    expect(await askPatiently(at, { path: '/' })).toMatchObject({ status: 200, date: expect.any(Number) });
    expect(answered).toEqual([503, 429, 200]);
  });

  test('but not when it has said no', async () => {
    const answered = await serverWith(403, 200);
    expect(await askPatiently(at, { path: '/' })).toMatchObject({ status: 403 });
    expect(answered).toEqual([403]);
  });

  test('and not for ever', async () => {
    await serverWith(503);
    const begun = performance.now();
    expect(await askPatiently(at, { path: '/' })).toMatchObject({ status: 503 });
    expect(performance.now() - begun).toBeGreaterThan(4_900);
  });
});
