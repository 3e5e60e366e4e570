/** Members that do not read, do not answer, or say nonsense. */
import { once } from 'node:events';
import net from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { SUBPROTOCOL } from '../../../../chat-app/protocol/suite.ts';
import type { Guest } from '../support/guest.ts';
import { again, guest } from '../support/guest.ts';
import { guests } from '../support/guests.ts';
import { running } from '../support/relay.ts';
import { open } from '../support/wire.ts';

const metric = async (url: string, name: string) =>
  Number((await (await fetch(`${url}/metrics`)).text()).match(new RegExp(`^${name} (\\d+)$`, 'm'))?.[1]);

test('whoever does not read is cut off; the others hear everything; it can come back', async () => {
  const relay = await running();
  const [alice, bob, deaf] = (await guests(relay.socketUrl, ['alice', 'bob', 'deaf'])) as [Guest, Guest, Guest];
  deaf.wire.socket.pause();
  alice.wire.say(alice.first([bob, deaf]));
  await alice.wire.hears('msg');
  let sent = 1;
  while ((await metric(relay.url, 'bytechat_cut_off_total')) === 0) {
    for (let nth = 0; nth < 38; nth++) alice.wire.say({ type: 'msg', msg: large(alice) });
    sent += 38;
    await alice.wire.upTo('msg');
    await alice.wire.rest();
    await relay.clock.pass(2000);
  }
  const messages = (await bob.wire.rest()).filter(({ type }) => type === 'msg');
  expect(messages).toHaveLength(sent);
  deaf.wire.socket.terminate();
  const back = await again(relay.socketUrl, deaf);
  expect((await back.resume(3)).filter(({ type }) => type === 'msg')).toHaveLength(sent);
});

/** A message of the largest size. */
function large(one: Guest): Uint8Array<ArrayBuffer> {
  const small = one.msg();
  const msg = new Uint8Array(136 + 4096);
  msg.set(small.subarray(0, 56));
  return msg;
}

test('whoever does not answer a ping is gone; whoever does stays', async () => {
  const relay = await running({ pingEveryMs: 500 });
  const [alice, mute] = (await guests(relay.socketUrl, ['alice', 'mute'])) as [Guest, Guest];
  mute.wire.socket.pause();
  expect(await alice.wire.hears('here')).toMatchObject({ state: 'away' });
  await once(alice.wire.socket, 'ping');
  await once(alice.wire.socket, 'ping');
  expect(await alice.wire.rest()).toEqual([]);
});

const frame = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map(bytes => ({ data: bytes, binary: true })),
  fc.uint8Array({ maxLength: 60 }).map(bytes => ({ data: bytes, binary: false })),
  fc
    .tuple(fc.constantFrom(1, 2, 3), fc.uint8Array({ minLength: 100, maxLength: 400 }))
    .map(([kind, bytes]) => ({ data: Uint8Array.of(kind, ...bytes), binary: true })),
  fc
    .tuple(fc.constantFrom('join', 'resume', 'plain', 'leave', 'hello'), fc.jsonValue())
    .map(([type, value]) => ({ data: Buffer.from(JSON.stringify([type, value])), binary: false })),
  fc.json().map(text => ({ data: Buffer.from(text), binary: false })),
);

test('nonsense gets an answer each time, and neither the process nor the others notice', async () => {
  const relay = await running();
  const [alice, bob] = (await guests(relay.socketUrl, ['alice', 'bob'])) as [Guest, Guest];
  alice.wire.say(alice.first([bob]));
  await alice.wire.hears('msg');
  await bob.wire.upTo('msg');
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 40 }), async frames => {
      const { wire } = await guest(relay.socketUrl, 'eve');
      for (const { data, binary } of frames) wire.socket.send(data, { binary });
      for (const _ of frames)
        expect(await wire.next()).toMatchObject({
          type: 'no',
          code: expect.stringMatching(/^(bad-frame|removed|bundle-format)$/),
        });
      await wire.close();
    }),
    { numRuns: 60 },
  );
  expect(await bob.wire.rest()).toEqual([]);
  alice.wire.say({ type: 'msg', msg: alice.msg() });
  expect(await bob.wire.next()).toMatchObject({ type: 'msg', seq: 4 });
  expect(relay.logged).toEqual([]);
});

test('broken WebSocket frames close their connection only', async () => {
  const relay = await running();
  const alice = await guest(relay.socketUrl, 'alice');
  const { port } = new URL(relay.url);
  for (const bytes of [
    [0xff, 0xff, 0xff],
    [0x81, 0x05, 0x68, 0x65],
    [0x8b, 0x80, 0, 0, 0, 0],
    [0xc1, 0x80, 0, 0, 0, 0],
  ]) {
    const socket = net.connect(Number(port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
    );
    await once(socket, 'data');
    const closed = once(socket, 'close');
    socket.write(Buffer.from(bytes));
    socket.end();
    socket.resume();
    await closed;
  }
  await alice.join();
  expect(relay.logged).toEqual([]);
});

test('a connection that ends in the middle of its join leaves somebody who is away', async () => {
  const relay = await running();
  const [alice] = (await guests(relay.socketUrl, ['alice'])) as [Guest];
  const ghost = await guest(relay.socketUrl, 'ghost');
  ghost.wire.say(await ghost.joinFrame());
  ghost.wire.socket.terminate();
  const heard = await Promise.race([
    alice.wire.hears('join'),
    open(relay.socketUrl).then(wire => wire.rest().then(() => undefined)),
  ]);
  if (heard) expect(await alice.wire.hears('here')).toMatchObject({ sid: ghost.sid, state: 'away' });
  else expect(await alice.wire.rest()).toEqual([]);
});

test('frames that come while a join is under way wait for it', async () => {
  const relay = await running();
  const alice = await guest(relay.socketUrl, 'alice');
  const plain = alice.plain('at once');
  alice.wire.say(await alice.joinFrame());
  for (let nth = 0; nth < 100; nth++) alice.wire.say({ type: 'plain', plain });
  alice.wire.say({ type: 'leave' });
  const heard = await alice.wire.upTo('leave');
  expect(heard.slice(0, 3).map(({ type }) => type)).toEqual(['room', 'synced', 'plain']);
});
