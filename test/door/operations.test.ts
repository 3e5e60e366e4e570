import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as plain } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePorts } from '../support/ports.ts';
import { appOf } from './support/app.ts';
import { type Door, PROGRAM, soon, startDoor } from './support/door.ts';

const isRoot = process.getuid?.() === 0;
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** As the deploy asks: a program beside the door, with the request on its stdin. */
const tell = async (
  door: Pick<Door, 'run'>,
  operation: string,
  request = '',
): Promise<{ exit: number; out: string }> => {
  const env = { ...process.env, DOOR_RUN: door.run };
  const child = spawn(process.execPath, [PROGRAM, 'tell', operation], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(request);
  let out = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text;
  });
  const [exit] = (await once(child, 'close')) as [number];
  return { exit, out };
};

describe('tell', () => {
  test('prints one line of JSON, and ends with 0', async () => {
    const door = await startDoor();
    const { exit, out } = await tell(door, 'status');
    expect([exit, out.split('\n').length]).toEqual([0, 2]);
    expect(JSON.parse(out)).toMatchObject({ version: 1, holding: false, waiting: 0, open: 0, token: 0 });
    const held = await tell(door, 'hold', '{"token":4}');
    expect([held.exit, JSON.parse(held.out)]).toEqual([0, expect.objectContaining({ holding: true, token: 4 })]);
  });

  test.for([
    ['fly', '{}', 'A door cannot fly'],
    ['constructor', '{}', 'A door cannot constructor'],
    ['switch', '{}', 'The request has no to'],
    ['switch', 'well', 'The request is not a JSON object'],
    ['switch', '"well"', 'The request is not a JSON object'],
    ['switch', '{"to":{}}', 'undefined is not the name of a container or a copy'],
    ['prepare', '{"container":"../../etc"}', '"../../etc" is not the name of a container or a copy'],
    ['ask', '{"at":{"socket":"x"}}', 'The request has no path'],
  ] as const)('%s %s is refused with a problem, and ends with 1', async ([operation, request, message]) => {
    const door = await startDoor();
    const { exit, out } = await tell(door, operation, request);
    expect([exit, JSON.parse(out)]).toEqual([1, { problem: { code: 'usage', message } }]);
    expect((await door.status()).version).toBe(1);
  });

  test('says so when no door is there', async () => {
    const { exit, out } = await tell({ run: '/no/such/folder' }, 'status');
    expect([exit, JSON.parse(out)]).toMatchObject([1, { problem: { code: 'not-running' } }]);
  });

  test('is heard only from the owner of the door', async () => {
    const door = await startDoor();
    expect(modeOf(join(door.run, 'door.sock'))).toMatch(/^[67]00$/);
    await door.ask('hold');
    expect(modeOf(join(door.run, 'door.json'))).toBe('600');
  });
});

describe('a deploy that comes too late', () => {
  test('is refused whatever it asks, save for looking; also by the next door', async () => {
    const door = await startDoor();
    await door.ask('hold', { token: 7 });
    await door.kill();
    await door.start();
    const to = door.upstream('one', 1);
    for (const operation of ['prepare', 'hold', 'unhold', 'switch', 'clear']) {
      const { problem } = await door.ask(operation, { token: 6, container: 'one', to });
      expect(problem).toMatchObject({ code: 'lock-lost', because: 'its lock has number 7, this one 6' });
    }
    expect(await door.status()).toMatchObject({ holding: true, token: 7 });
    expect(await door.ask('unhold', { token: 8 })).toMatchObject({ holding: false, token: 8 });
  });
});

describe('prepare', () => {
  test('makes a folder that anybody may use, for want of a user', async () => {
    const door = await startDoor();
    expect(await door.ask('prepare', { container: 'one' })).toEqual({ socket: join(door.run, 'one', 'app.sock') });
    expect(modeOf(join(door.run, 'one'))).toBe('777');
  });

  test.skipIf(!isRoot)('gives the folder and the data to the user that the app runs as', async () => {
    const door = await startDoor();
    await door.ask('prepare', { container: 'one', uid: 65_532, gid: 1234 });
    for (const folder of [join(door.run, 'one'), door.data])
      expect(statSync(folder)).toMatchObject({ uid: 65_532, gid: 1234 });
    expect(modeOf(join(door.run, 'one'))).toBe('700');
  });

  test('takes away what a dead app has left, and nothing that is alive', async () => {
    const door = await startDoor();
    const one = await appOf(door, 'one');
    await door.ask('prepare', { container: 'one' });
    expect(existsSync(one.socket ?? '')).toBe(true);
    await one.stop('SIGKILL');
    await door.ask('prepare', { container: 'one' });
    expect(existsSync(one.socket ?? '')).toBe(false);
  });

  test('refuses a name that is longer than the path of a socket may be', async () => {
    const door = await startDoor();
    expect((await door.ask('prepare', { container: 'x'.repeat(100) })).problem?.message).toContain('is too long');
  });
});

describe('ask', () => {
  const asking = { path: '/healthz', timeoutMs: 5000 };

  test('asks the private socket of an app that does not serve yet', async () => {
    const door = await startDoor();
    const { socket } = await appOf(door, 'one');
    expect(await door.ask('ask', { at: { socket }, ...asking })).toEqual({ status: 200, body: 'ok' });
  });

  test('asks a name and a port, with a method, and reads no more than 64 KiB', async () => {
    const door = await startDoor();
    const port = await freePorts(1);
    const server = createServer((request, response) => {
      response.writeHead(201);
      // Without an end: whoever wants all of it waits in vain.
      if (request.method === 'PUT') response.write('x'.repeat(1_000_000));
      else response.end();
    }).listen(port, '127.0.0.1');
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const at = { host: 'localhost', port };
    expect(await door.ask('ask', { at, ...asking })).toEqual({ status: 201, body: '' });
    const big = await door.ask('ask', { at, ...asking, method: 'PUT' });
    expect([big.status, String(big.body).length]).toEqual([201, 65_536]);
  });

  test('answers with the reason why there is no answer', async () => {
    const door = await startDoor();
    const port = await freePorts(1);
    expect(await door.ask('ask', { at: { host: '127.0.0.1', port }, ...asking })).toEqual({ error: 'ECONNREFUSED' });
    const socket = join(door.run, 'nobody.sock');
    expect(await door.ask('ask', { at: { socket }, ...asking })).toEqual({ error: 'ENOENT' });
    const deaf = plain(() => {}).listen(port, '127.0.0.1');
    onTestFinished(() => void deaf.close());
    const brief = { ...asking, timeoutMs: 200 };
    expect(await door.ask('ask', { at: { host: '127.0.0.1', port }, ...brief })).toEqual({ error: 'ETIMEDOUT' });
  });

  test('waits for no switch', async () => {
    const door = await startDoor();
    const one = await appOf(door, 'one', { env: { RELEASE: 'never' } });
    await door.ask('switch', { to: one.upstream });
    const two = await appOf(door, 'two');
    const switching = door.ask('switch', { to: two.upstream });
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ holding: true }), soon);
    expect(await door.ask('ask', { at: { socket: two.socket }, ...asking })).toMatchObject({ status: 200 });
    await one.stop('SIGKILL');
    await switching;
  });
});

test('what lies in the folder that it shares does not keep a door from starting', async () => {
  const door = await startDoor();
  await door.kill();
  mkdirSync(join(door.run, 'old'));
  writeFileSync(join(door.run, 'old', 'app.sock'), '');
  chmodSync(join(door.run, 'old'), 0o000);
  await door.start();
  expect((await door.status()).version).toBe(1);
});
