import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { candidates, listenFirst } from '../../src/clients/kube/forward/listen.ts';
import { boundedLog } from '../../src/forwarder/log.ts';
import { reasonToEnd } from '../../src/forwarder/reasons.ts';
import { temporaryFolder } from '../support/folder.ts';
import { freePorts } from '../support/ports.ts';

describe('a port', () => {
  test('is the one that it was before, else the first', () => {
    expect(candidates({ from: 5001, to: 5003 }, undefined)).toEqual([5001, 5002, 5003]);
    expect(candidates({ from: 5001, to: 5003 }, 5002)).toEqual([5002, 5001, 5003]);
    expect(candidates({ from: 5001, to: 5003 }, 6000)).toEqual([5001, 5002, 5003]);
  });

  test('is not one where a stranger answers to localhost', async () => {
    const from = await freePorts(2);
    const stranger = createServer().listen({ host: '::1', port: from });
    await once(stranger, 'listening');
    const server = createServer();
    onTestFinished(() => {
      stranger.close();
      server.close();
    });
    expect(await listenFirst(server, { host: '127.0.0.1', ports: { from, to: from + 1 } }, undefined)).toBe(from + 1);
  });
});

describe('a forwarder ends by itself', () => {
  const self = { pid: 12, started: 'boot:34' };
  const around = { stateFile: JSON.stringify({ ...self, port: 5001 }), self, goneForMs: undefined, goneMs: 60_000 };

  test('not while its state file names it, and its Service is there or back in time', () => {
    expect(reasonToEnd(around)).toBeUndefined();
    expect(reasonToEnd({ ...around, goneForMs: 59_999 })).toBeUndefined();
  });

  test.each([
    ['its state file is gone', { stateFile: undefined }],
    ['its state file names another process', { stateFile: JSON.stringify({ ...self, pid: 13 }) }],
    ['its state file names another process', { stateFile: JSON.stringify({ ...self, started: 'boot:35' }) }],
    ['its state file names another process', { stateFile: '{' }],
    ['the Service is gone', { goneForMs: 60_000 }],
  ])('when %s', (why, change) => expect(reasonToEnd({ ...around, ...change })).toBe(why));
});

describe('its log', () => {
  test('says the same thing once in ten seconds', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const file = join(temporaryFolder(), 'log');
    const say = boundedLog(file, `${file}.1`);
    say('one');
    say('one');
    say('two');
    vi.advanceTimersByTime(10_001);
    say('one');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map(line => line.split(' ')[1])).toEqual(['one', 'two', 'one']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('does not fill the disk', () => {
    const file = join(temporaryFolder(), 'log');
    const say = boundedLog(file, `${file}.1`);
    for (let number = 0; number < 1000; number++) say(`${number} ${'x'.repeat(1024)}`);
    const sizes = [file, `${file}.1`].map(each => statSync(each).size);
    for (const size of sizes) expect(size).toBeLessThan(260 * 1024);
    expect(readFileSync(file, 'utf8')).toContain(' 999 ');
  });

  test('is not worth ending for', () => {
    const file = join(temporaryFolder(), 'no', 'such', 'folder');
    boundedLog(file, `${file}.1`)('one');
    expect(existsSync(file)).toBe(false);
  });
});
