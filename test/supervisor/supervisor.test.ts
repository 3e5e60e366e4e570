import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test, vi } from 'vitest';
import { identify, isAlive } from '../../src/engine/process-identity.ts';
import { get, startPlace } from './support/supervisor.ts';

const soon = { timeout: 10_000, interval: 20 };

describe('beside what serves', () => {
  test('a release proves itself on a private socket, and is thrown away without a trace', async () => {
    const place = await startPlace();
    await place.release(place.specOf('one'));
    const { socket } = (await place.ask('standby', { spec: place.specOf('two'), token: 2 })).body;
    expect(await place.status()).toMatchObject({ current: { release: 'one' }, standby: { release: 'two', socket } });
    expect(await get(place.port)).toBe('one');
    await place.ask('discard', { token: 2 });
    expect(await place.status()).not.toHaveProperty('standby');
    expect(existsSync(String(socket))).toBe(false);
    expect(await get(place.port)).toBe('one');
  });

  test('a release that crashes there is told with its last lines, and changes nothing', async () => {
    const place = await startPlace();
    await place.release(place.specOf('one'));
    const bad = place.specOf('two', { env: { TEXT: 'two', FAILS: 'start' } });
    const { status, body } = await place.ask('standby', { spec: bad, token: 2 });
    expect(status).toBe(500);
    expect(body.problem).toMatchObject({
      code: 'crash-at-start',
      message: 'The release crashes at start, exit code 1',
      because: 'Error: boom: the database is gone',
    });
    expect(await get(place.port)).toBe('one');
    expect(await place.status()).not.toHaveProperty('standby');
  });

  test('a release that never opens its socket is thrown away at once', async () => {
    const place = await startPlace();
    const command = [process.execPath, '-e', 'setInterval(() => {}, 1000)'];
    const coming = place.ask('standby', { spec: place.specOf('one', { command }), token: 1 });
    const { pid } = await vi.waitFor(async () => {
      const { standby } = await place.status();
      return standby ?? Promise.reject(new Error('not yet'));
    }, soon);
    await place.ask('discard', { token: 1 });
    expect(identify(pid)).toBeUndefined();
    expect((await coming).status).toBe(500);
    expect(await place.status()).not.toHaveProperty('standby');
  });

  test('a program that is not there is a crash too', async () => {
    const place = await startPlace();
    const { body } = await place.ask('standby', { spec: place.specOf('one', { command: ['no-such-program'] }) });
    expect(body.problem).toMatchObject({ code: 'crash-at-start', because: expect.stringContaining('no-such-program') });
  });
});

describe('the state file', () => {
  test('says where the supervisor and its app are, without what the app prints', async () => {
    const place = await startPlace();
    await place.release(place.specOf('one'));
    const saved = place.saved();
    expect(saved).toMatchObject({ pid: place.process.pid, port: place.port, current: { release: 'one' } });
    expect(isAlive(saved)).toBe(true);
    expect(saved.current && isAlive(saved.current)).toBe(true);
    expect(saved.current).not.toHaveProperty('lines');
    expect((await place.status()).current?.lines).toEqual(['hello of one']);
  });
});

describe('a deploy that comes too late', () => {
  test('is refused by the number of its lock', async () => {
    const place = await startPlace();
    await place.ask('switch', { spec: place.specOf('one', { handover: 'socket' }), token: 7 });
    const late = await place.ask('switch', { spec: place.specOf('two', { handover: 'socket' }), token: 6 });
    expect(late.body.problem).toMatchObject({ code: 'lock-lost', because: 'its lock has number 7, this one 6' });
    await vi.waitFor(async () => expect(await get(place.port)).toBe('one'), soon);
  });

  test('is refused whatever it asks, save for looking', async () => {
    const place = await startPlace();
    await place.ask('discard', { token: 7 });
    for (const name of ['standby', 'switch', 'back', 'discard', 'replace', 'stop'])
      expect((await place.ask(name, { token: 6 })).body.problem?.code).toBe('lock-lost');
    expect((await place.status()).version).toBe('v1');
  });
});

describe('the end', () => {
  test.for(['SIGTERM', 'SIGINT'] as const)('%s takes the app with it, and the door', async signal => {
    const place = await startPlace();
    await place.release(place.specOf('one'));
    const { pid = 0 } = (await place.status()).current ?? {};
    const ended = once(place.process, 'exit');
    place.process.kill(signal);
    expect(await ended).toEqual([0, null]);
    expect(identify(pid)).toBeUndefined();
    expect(readdirSync(place.folder).filter(name => name === `${place.process.pid}.sock`)).toEqual([]);
  });

  test('the terminal that started it may close', async () => {
    const place = await startPlace();
    place.process.kill('SIGHUP');
    expect((await place.status()).pid).toBe(place.process.pid);
  });

  test('an app that does not hear is killed when its time is over', async () => {
    const place = await startPlace('socket');
    const deaf =
      "process.on('SIGTERM', () => {}); require('node:http').createServer((_, r) => r.end('deaf')).listen({ fd: 3 })";
    const command = [process.execPath, '-e', deaf];
    await place.release(place.specOf('one', { command, drainMs: 100 }));
    await vi.waitFor(async () => expect(await get(place.port)).toBe('deaf'), soon);
    await place.release(place.specOf('two'));
    await vi.waitFor(async () => expect(await get(place.port)).toBe('two'), soon);
  });

  test('programs that the app has started end with it', async () => {
    const place = await startPlace('socket');
    const code = "require('node:http').createServer((_, r) => r.end(String(process.pid))).listen({ fd: 3 })";
    const command = ['sh', '-c', '"$0" -e "$1" & wait', process.execPath, code];
    await place.release(place.specOf('one', { command }));
    const pid = Number(await vi.waitFor(() => get(place.port), soon));
    expect(pid).not.toBe((await place.status()).current?.pid);
    await place.release(place.specOf('two'));
    await vi.waitFor(async () => expect(await get(place.port)).toBe('two'), soon);
    expect(identify(pid)).toBeUndefined();
  });
});

describe('whatever happens around it', () => {
  test('a log that somebody has removed is no reason to stop', async () => {
    const place = await startPlace();
    await place.release(place.specOf('one'));
    rmSync(join(place.folder, 'logs'), { recursive: true });
    expect((await place.status()).current?.release).toBe('one');
    await expect(get(place.port, '/crash')).rejects.toThrow();
    await vi.waitFor(async () => expect(await get(place.port)).toBe('one'), soon);
  });

  test('a state that cannot be written is none either', async () => {
    const place = await startPlace();
    await place.release(place.specOf('one'));
    rmSync(join(place.folder, 'data'), { recursive: true });
    rmSync(join(place.folder, 'supervisor.json'));
    mkdirSync(join(place.folder, 'supervisor.json'));
    await expect(get(place.port, '/crash')).rejects.toThrow();
    await vi.waitFor(async () => expect(await get(place.port)).toBe('one'), soon);
    expect((await place.status()).restarts).toBe(1);
  });

  test('what it does not know, or cannot read, is refused', async () => {
    const place = await startPlace();
    expect((await place.ask('fly')).body.problem).toMatchObject({ code: 'usage', message: 'A supervisor cannot fly' });
    expect((await place.ask('switch')).body.problem).toMatchObject({ code: 'usage' });
    expect((await place.ask('constructor')).body.problem).toMatchObject({ code: 'usage' });
    expect((await place.status()).app).toBe('tiny');
  });
});
