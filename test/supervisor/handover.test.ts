import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test, vi } from 'vitest';
import type { Handover } from '../../src/core/serve.ts';
import { identify } from '../../src/engine/process-identity.ts';
import { answers, endPidAtTheEnd, get, PROGRAM, startPlace } from './support/supervisor.ts';

const soon = { timeout: 10_000, interval: 20 };
const handovers: Handover[] = ['standby', 'socket', 'restart'];

describe.for(handovers)('handing over by %s', handover => {
  test('the first serves, the second takes its place, and the way back leads to the first', async () => {
    const place = await startPlace(handover);
    const first = await place.release(place.specOf('one'));
    expect(first.body).toMatchObject({ release: 'one', port: place.port, handover, betweenMs: 0 });
    await vi.waitFor(async () => expect(await get(place.port)).toBe('one'), soon);

    const second = await place.release(place.specOf('two'));
    expect(second.body).toMatchObject({ release: 'two', port: place.port });
    expect(second.body.betweenMs).toBeGreaterThan(0);
    await vi.waitFor(async () => expect(await get(place.port)).toBe('two'), soon);
    expect(await place.status()).toMatchObject({
      current: { release: 'two' },
      previous: 'one',
      crashes: [],
      restarts: 0,
    });

    await place.back('two');
    await vi.waitFor(async () => expect(await get(place.port)).toBe('one'), soon);
  });

  test('a release that crashes is started again; one that proved bad leaves nothing behind', async () => {
    const place = await startPlace(handover);
    await place.release(place.specOf('one', { env: { TEXT: 'one', TOKEN: 'value' as never } }));
    const seen = await vi.waitFor(async () => JSON.parse(await get(place.port, '/env')), soon);
    expect(seen).toMatchObject({
      ...{ TEXT: 'one', TOKEN: 'value', HOST: '127.0.0.1', DATA_DIR: join(place.folder, 'data') },
      ...{ PORT: String(place.port), PATH: process.env.PATH },
    });
    expect('LISTEN_FDS' in seen).toBe(handover !== 'restart');
    expect('STANDBY_SOCKET' in seen).toBe(handover === 'standby');
    expect(Object.keys(seen).filter(name => /^(VITEST|NODE_|npm_)/.test(name))).toEqual([]);

    await expect(get(place.port, '/crash')).rejects.toThrow();
    await vi.waitFor(async () => expect(await get(place.port)).toBe('one'), soon);
    expect(await place.status()).toMatchObject({
      restarts: 1,
      crashes: [{ release: 'one', exitCode: 7, signal: null, lines: ['hello of one', 'boom: asked to crash'] }],
    });

    const ended = once(place.process, 'exit');
    const { pid = 0 } = (await place.status()).current ?? {};
    expect((await place.back('one')).body).toEqual({ stopped: true });
    await ended;
    expect(identify(pid)).toBeUndefined();
  });
});

describe('a release that cannot take over', () => {
  const refusing = { TEXT: 'two', FAILS: 'activate' };

  test('says why, and the one before serves again', async () => {
    const place = await startPlace();
    await place.release(place.specOf('one'));
    const { body } = await place.release(place.specOf('two', { env: refusing }));
    expect(body.problem).toMatchObject({
      code: 'start-failed',
      message: 'two could not take over',
      because: 'the data is of a later version',
    });
    await vi.waitFor(async () => expect(await get(place.port)).toBe('one'), soon);
    await place.back('two');
    expect(await get(place.port)).toBe('one');
  });

  test('is not confused with the same release under other settings', async () => {
    const place = await startPlace();
    await place.release(place.specOf('zero'));
    await place.release(place.specOf('one'));
    const same = place.specOf('one', { config: 'c2', env: refusing });
    expect((await place.release(same)).body.problem?.code).toBe('start-failed');
    await place.back('one');
    await vi.waitFor(async () => expect(await get(place.port)).toBe('one'), soon);
    expect((await place.status()).current).toMatchObject({ release: 'one', config: 'c1' });
  });

  test('or cannot write down that it did, is put back', async () => {
    const place = await startPlace();
    await place.release(place.specOf('one'));
    rmSync(join(place.folder, 'supervisor.json'));
    mkdirSync(join(place.folder, 'supervisor.json'));
    expect(await place.ask('switch', { spec: place.specOf('two'), token: 1 })).toMatchObject({ status: 500 });
    await vi.waitFor(async () => expect(await get(place.port)).toBe('two'), soon);
    await place.back('two');
    await vi.waitFor(async () => expect(await get(place.port)).toBe('one'), soon);
  });

  test('as the first one, leaves nothing serving', async () => {
    const place = await startPlace();
    await place.release(place.specOf('one', { env: { ...refusing, TEXT: 'one' } }));
    expect(await place.status()).not.toHaveProperty('current');
  });
});

describe('the address', () => {
  test('moves with the settings, and back when nobody came to serve there', async () => {
    const place = await startPlace();
    const { port } = place;
    await place.release(place.specOf('one', { port: { from: port, to: port } }));
    const elsewhere = { port: { from: port + 1, to: port + 1 } };
    await place.ask('standby', { spec: place.specOf('two', elsewhere), token: 2 });
    await place.ask('discard', { token: 2 });
    expect(await get(port)).toBe('one');
    await expect(get(port + 1)).rejects.toThrow('ECONNREFUSED');

    await place.release(place.specOf('two', elsewhere));
    expect(await get(port + 1)).toBe('two');
    await expect(get(port)).rejects.toThrow('ECONNREFUSED');
  });

  test('that is taken is told', async () => {
    const [place, other] = [await startPlace(), await startPlace()];
    await other.release(other.specOf('one'));
    const { body } = await place.release(place.specOf('two', { port: { from: other.port, to: other.port } }));
    expect(body.problem).toMatchObject({ code: 'ports-taken' });
  });
});

describe('a new supervisor', () => {
  const replaced = async (handover: Handover) => {
    const place = await startPlace(handover);
    await place.release(place.specOf('one'));
    const asked = { node: process.execPath, program: PROGRAM, version: 'v2', token: 2 };
    const socket = String((await place.ask('replace', asked)).body.socket);
    await answers(socket);
    endPidAtTheEnd((await place.status(socket)).pid);
    return { place, socket };
  };

  test('that is thrown away leaves everything as it was', async () => {
    const { place, socket } = await replaced('standby');
    await place.ask('standby', { spec: place.specOf('two'), token: 2 }, socket);
    const { pid } = await place.status(socket);
    await place.ask('discard', { token: 2 }, socket);
    await vi.waitFor(() => expect(identify(pid)).toBeUndefined(), soon);
    expect(await get(place.port)).toBe('one');
    expect(place.saved()).toMatchObject({ version: 'v1', pid: place.process.pid });
  });

  test.for(handovers)('takes the place of the old one, which leaves, and goes on serving: %s', async handover => {
    const { place, socket } = await replaced(handover);
    expect(await vi.waitFor(() => get(place.port), soon)).toBe('one');
    const left = once(place.process, 'exit');
    expect((await place.release(place.specOf('two'), socket)).status).toBe(200);
    await left;
    await vi.waitFor(async () => expect(await get(place.port)).toBe('two'), soon);
    const now = await place.status(socket);
    expect(now).toMatchObject({ version: 'v2', current: { release: 'two' }, previous: 'one' });
    expect(place.saved()).toMatchObject({ version: 'v2', pid: now.pid });
    await place.back('two', socket);
    await vi.waitFor(async () => expect(await get(place.port)).toBe('one'), soon);
  });

  test('whose release cannot take over serves the old one', async () => {
    const { place, socket } = await replaced('standby');
    const bad = place.specOf('one', { env: { TEXT: 'bad', FAILS: 'activate' } });
    expect((await place.release(bad, socket)).body.problem?.code).toBe('start-failed');
    await place.back('one', socket);
    await vi.waitFor(async () => expect(await get(place.port)).toBe('one'), soon);
  });
});
