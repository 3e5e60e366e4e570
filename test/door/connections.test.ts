import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { Upstream } from '../../src/core/door.ts';
import { open, plainServer, refusal, textOf } from './support/client.ts';
import { type Door, soon, startDoor } from './support/door.ts';

const echo = (socket: Socket): void => void socket.pipe(socket);

/** A door that leads to a plain server. */
const leading = async (meet: (socket: Socket) => void, more: Partial<Upstream> = {}) => {
  const door = await startDoor();
  const { port, server } = await plainServer(meet);
  await door.ask('switch', { to: door.upstream('one', port, more) });
  return { door, server, port };
};

const isQuiet = (door: Door) =>
  vi.waitFor(async () => expect(await door.status()).toMatchObject({ open: 0, waiting: 0 }), soon);

const hold = (door: Door) => door.ask('hold');

describe('a connection that is led on', () => {
  test('passes each end on by itself: an answer may come after the question has ended', async () => {
    const { door } = await leading(async socket => {
      const question = await textOf(socket);
      socket.end(`you said ${question}`);
    });
    const client = await open(door.port);
    client.end('hello');
    expect(await textOf(client)).toBe('you said hello');
    await isQuiet(door);
  });

  test('and a client may go on after the release has said its last word', async () => {
    let heard: Promise<string> | undefined;
    const { door } = await leading(socket => {
      heard = textOf(socket);
      socket.end('that is all');
    });
    const client = await open(door.port);
    expect(await textOf(client)).toBe('that is all');
    client.end('one more thing');
    await once(client, 'close');
    expect(await heard).toBe('one more thing');
    await isQuiet(door);
  });

  test('carries a big body both ways unchanged', async () => {
    const { door } = await leading(echo);
    const body = randomBytes(32 * 1024 * 1024);
    const client = await open(door.port);
    const hash = createHash('sha256');
    client.on('data', chunk => hash.update(chunk));
    client.end(body);
    await once(client, 'end');
    expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'));
    await isQuiet(door);
  });

  test('goes no faster than the slower side reads', async () => {
    let sent = 0;
    const piece = Buffer.alloc(64 * 1024);
    const { door } = await leading(socket => {
      const more = (): void => {
        while (sent < 4000 && socket.write(piece)) sent += 1;
        if (sent >= 4000) socket.end();
      };
      socket.on('drain', more);
      more();
    });
    const client = await open(door.port);
    // The buffers of the system and the door fill up, and then nothing moves.
    let before = -1;
    while (before !== sent) {
      before = sent;
      await sleep(300);
    }
    expect(sent).toBeLessThan(1000);
    client.resume();
    await once(client, 'end');
    expect(sent).toBe(4000);
    expect(client.bytesRead).toBeGreaterThanOrEqual(4000 * piece.length);
  });

  test('breaks for the client as it breaks for the release, after all that was said', async () => {
    const { door } = await leading(socket => {
      socket.write('half an ans', () => setImmediate(() => socket.resetAndDestroy()));
    });
    const client = await open(door.port);
    let text = '';
    client.on('data', chunk => {
      text += chunk;
    });
    const [error] = await once(client, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(text).toBe('half an ans');
    await isQuiet(door);
  });

  test('breaks for the release when the client breaks it', async () => {
    const broken = Promise.withResolvers<unknown>();
    const { door } = await leading(socket => void socket.resume().on('error', broken.resolve));
    const client = await open(door.port);
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ open: 1 }), soon);
    client.resetAndDestroy();
    expect(await broken.promise).toMatchObject({ code: 'ECONNRESET' });
    await isQuiet(door);
  });

  test('breaks for the release also after the client has asked all that it wanted', async () => {
    const broken = Promise.withResolvers<unknown>();
    const { door } = await leading(async socket => {
      socket.on('error', broken.resolve);
      await textOf(socket);
      const talking = setInterval(() => socket.write('still here '), 10);
      socket.on('close', () => clearInterval(talking));
    });
    const client = await open(door.port);
    client.end('hello');
    await once(client, 'data');
    client.resetAndDestroy();
    expect(await broken.promise).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
    await isQuiet(door);
  });

  test('ten thousand of them leave nothing behind', { timeout: 120_000 }, async () => {
    const { door } = await leading(echo);
    const talk = async (): Promise<void> => {
      const client = await open(door.port);
      client.write('x');
      await once(client, 'data');
      client.resume().end();
      await once(client, 'close');
    };
    for (let round = 0; round < 50; round++) await Promise.all(Array.from({ length: 200 }, talk));
    await isQuiet(door);
    expect(door.process().exitCode).toBe(null);
  });
});

describe('the PROXY protocol', () => {
  test('tells the release who it talks to, before anything else', async () => {
    const { door } = await leading(async socket => socket.end(await textOf(socket)), { proxyProtocol: true });
    const client = await open(door.port);
    const from = client.localPort;
    client.end('hello');
    expect(await textOf(client)).toBe(`PROXY TCP4 127.0.0.1 127.0.0.1 ${from} ${door.port}\r\nhello`);
  });
});

describe('a connection that waits', () => {
  test('is led on with all that it has said, in the order in which it came', async () => {
    const seen: string[] = [];
    const { door } = await leading(async socket => {
      const text = await textOf(socket);
      seen.push(text);
      socket.end(`you said ${text}`);
    });
    await hold(door);
    const first = await open(door.port);
    first.write('one ');
    const second = await open(door.port);
    second.end('two');
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ waiting: 2, open: 0 }), soon);
    expect(seen).toEqual([]);
    await door.ask('unhold');
    first.end('and more');
    expect(await Promise.all([first, second].map(textOf))).toEqual(['you said one and more', 'you said two']);
    await isQuiet(door);
  });

  test('is forgotten when its client goes away', async () => {
    const { door } = await leading(echo);
    await hold(door);
    const [silent, broken] = [await open(door.port), await open(door.port)];
    broken.write('GET / HTTP/1.1');
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ waiting: 2 }), soon);
    silent.end();
    broken.resetAndDestroy();
    await isQuiet(door);
  });

  test('may not fill the door: what it says is left with the system', async () => {
    const { door } = await leading(async socket => socket.end(String((await textOf(socket)).length)));
    await hold(door);
    const client = await open(door.port);
    const size = 16 * 1024 * 1024;
    client.end(Buffer.alloc(size, 'x'));
    let before = -1;
    while (before !== client.bytesWritten - client.writableLength) {
      before = client.bytesWritten - client.writableLength;
      await sleep(300);
    }
    expect(before).toBeLessThan(size);
    await door.ask('unhold');
    expect(await textOf(client)).toBe(String(size));
  });

  test('is one of 4096 at most, and one that has most likely gone makes room', { timeout: 120_000 }, async () => {
    const { door } = await leading(echo);
    await hold(door);
    const some = await Promise.all(Array.from({ length: 96 }, () => open(door.port)));
    for (let round = 0; round < 40; round++)
      some.push(...(await Promise.all(Array.from({ length: 100 }, () => open(door.port)))));
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ waiting: 4096 }), soon);
    expect(await refusal(door.port)).toBe('ECONNRESET');

    const gone = once(some[0] as Socket, 'error');
    some[0]?.end('GET / HTTP/1.1');
    await vi.waitFor(async () => {
      const outcome = Promise.race([gone.then(() => 'has room'), refusal(door.port).then(() => 'is full')]);
      expect(await outcome).toBe('has room');
    }, soon);
    await door.ask('clear');
    await isQuiet(door);
  });
});

describe('a release that does not answer', () => {
  test('is waited for, and then all are led on', async () => {
    const door = await startDoor();
    const { port, server } = await plainServer(echo);
    server.close();
    await door.ask('switch', { to: door.upstream('one', port) });
    const clients = await Promise.all(Array.from({ length: 300 }, () => open(door.port)));
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ waiting: 300 }), soon);
    await plainServer(echo, port);
    for (const client of clients) client.end('hello');
    expect(new Set(await Promise.all(clients.map(textOf)))).toEqual(new Set(['hello']));
    await isQuiet(door);
  });

  test('is not waited for for ever', async () => {
    const door = await startDoor({ DOOR_PATIENCE_MS: '300' });
    const { port, server } = await plainServer(echo);
    server.close();
    await door.ask('switch', { to: door.upstream('one', port) });
    const client = await open(door.port);
    expect(await once(client, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
    await isQuiet(door);
  });

  test('may have a name that nobody knows yet', async () => {
    const door = await startDoor();
    await door.ask('switch', { to: { ...door.upstream('one', 1), host: 'no-such-name.invalid' } });
    const client = await open(door.port);
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ waiting: 1 }), soon);
    const { port } = await plainServer(echo);
    await door.ask('switch', { to: { ...door.upstream('two', port), host: 'localhost' }, ended: true });
    client.end('hello');
    expect(await textOf(client)).toBe('hello');
  });
});

describe('a door without a release', () => {
  test('turns everybody away, before the first and after the last', async () => {
    const { door } = await leading(echo);
    await hold(door);
    const waiting = await open(door.port);
    const broken = once(waiting, 'error');
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ waiting: 1 }), soon);
    expect(await door.ask('clear')).toMatchObject({ holding: false, waiting: 0 });
    await broken;
    expect(await refusal(door.port)).toBe('ECONNRESET');
    expect(await door.status()).not.toHaveProperty('current');
  });

  test.for(['SIGTERM', 'SIGINT'] as const)('%s ends it at once, whatever is open', async signal => {
    const { door } = await leading(echo);
    const client = await open(door.port);
    const closed = once(client, 'close');
    client.resume();
    await vi.waitFor(async () => expect(await door.status()).toMatchObject({ open: 1 }), soon);
    const ended = once(door.process(), 'exit');
    door.process().kill(signal);
    expect(await ended).toEqual([0, null]);
    client.end();
    await closed;
  });
});
