/** People who mean no good: none of it reaches the others, and what it costs is bounded. */
import { once } from 'node:events';
import net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { SUBPROTOCOL } from '../../../chat-app/protocol/suite.ts';
import type { Guest } from './support/guest.ts';
import { again, guest, random } from './support/guest.ts';
import { guests } from './support/guests.ts';
import { canMeasure, heapAfterCollection } from './support/heap.ts';
import type { Running } from './support/relay.ts';
import { running } from './support/relay.ts';
import { open } from './support/wire.ts';

const GATE = {
  connections: 1000,
  perAddress: 1000,
  handshakes: { perSecond: 1000, burst: 1000 },
  joins: { perSecond: 1000, burst: 1000 },
  rooms: { perSecond: 1000, burst: 1000 },
};

const metric = async ({ url }: Running, name: string): Promise<number> =>
  Number((await (await fetch(`${url}/metrics`)).text()).match(new RegExp(`^${name} (\\d+)$`, 'm'))?.[1] ?? 0);

/** The HTTP status with which a WebSocket is refused. */
async function refusal(url: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url, SUBPROTOCOL, { headers });
  onTestFinished(() => socket.terminate());
  socket.on('error', () => {});
  const [, { statusCode }] = await once(socket, 'unexpected-response');
  return statusCode;
}

test('connections of one address and of all are limited; whoever is inside stays', async () => {
  const relay = await running({
    gate: { ...GATE, connections: 4, perAddress: 3 },
    trustedProxies: ['127.0.0.1'],
  });
  const from = (address: string) => open(relay.socketUrl, { headers: { 'x-forwarded-for': address } });
  const ours = [await from('203.0.113.1'), await from('203.0.113.1'), await from('203.0.113.1')];
  expect(await refusal(relay.socketUrl, { 'x-forwarded-for': '203.0.113.1' })).toBe(429);
  // What a client writes itself stands in front of what the proxy adds.
  expect(await refusal(relay.socketUrl, { 'x-forwarded-for': '198.51.100.7, 203.0.113.1' })).toBe(429);
  await from('203.0.113.2');
  expect(await refusal(relay.socketUrl, { 'x-forwarded-for': '203.0.113.3' })).toBe(503);
  await ours[0]?.close();
  while (relay.app.relay.counts().connections > 3) await new Promise(setImmediate);
  await from('203.0.113.3');
  expect(ours[1]?.socket.readyState).toBe(WebSocket.OPEN);
  expect(await metric(relay, 'bytechat_turned_away_total{limit="too-many"}'.replace(/[{}]/g, '\\$&'))).toBe(2);
});

test('forged proxy headers change nothing where no proxy is trusted', async () => {
  const relay = await running({ gate: { ...GATE, perAddress: 1 } });
  await open(relay.socketUrl, { headers: { 'x-forwarded-for': '203.0.113.1' } });
  expect(await refusal(relay.socketUrl, { 'x-forwarded-for': '203.0.113.2' })).toBe(429);
  expect(await refusal(relay.socketUrl, { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' })).toBe(
    403,
  );
});

test('handshakes of one address have a pace', async () => {
  const relay = await running({ gate: { ...GATE, handshakes: { perSecond: 1, burst: 3 } } });
  for (let nth = 0; nth < 3; nth++) await (await open(relay.socketUrl)).close();
  expect(await refusal(relay.socketUrl)).toBe(429);
  await relay.clock.pass(1000);
  await open(relay.socketUrl);
});

test('two hundred people behind one address come in, all at once, into several rooms each', {
  timeout: 60_000,
}, async () => {
  const relay = await running({ roomMembers: 50 });
  const rooms = ['one', 'two', 'three', 'four'];
  const people = Array.from({ length: 200 }, (_, nth) => ({ name: `p${nth}`, room: rooms[nth % 4] as string }));
  const codes: string[] = [];
  for (let nth = 0; nth < people.length; nth += 20) {
    const some = people.slice(nth, nth + 20).map(async ({ name, room }) => {
      const one = await guest(relay.socketUrl, name, { room });
      one.wire.say(await one.joinFrame());
      codes.push((await one.wire.next()).type);
      for (const other of rooms.filter(each => each !== room)) await open(relay.socketUrl).then(() => other);
    });
    await Promise.all(some);
  }
  expect(new Set(codes)).toEqual(new Set(['room']));
  expect(await metric(relay, 'bytechat_connections')).toBe(800);
});

test('whoever does not join within ten seconds is closed; whoever has joined may be silent', async () => {
  const relay = await running();
  const [alice] = (await guests(relay.socketUrl, ['alice'])) as [Guest];
  const idle = await open(relay.socketUrl);
  const noisy = await open(relay.socketUrl);
  await relay.clock.pass(9_999);
  noisy.sayRaw('["leave"]');
  expect(await noisy.next()).toMatchObject({ code: 'removed' });
  await relay.clock.pass(2);
  expect(await Promise.all([idle.closed, noisy.closed])).toEqual([1008, 1008]);
  expect(await metric(relay, 'bytechat_never_joined_total')).toBe(2);
  expect(await alice.wire.rest()).toEqual([]);
});

test('headers that trickle, and sockets that say nothing, are closed', { timeout: 60_000 }, async () => {
  const relay = await running();
  const { port } = new URL(relay.url);
  const connect = () => {
    const socket = net.connect(Number(port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    return socket.resume();
  };
  const slow = connect();
  slow.write('GET /ws HTTP/1.1\r\nHost: a\r\n');
  const trickle = setInterval(() => slow.write('X-A: b\r\n'), 500);
  onTestFinished(() => clearInterval(trickle));
  const silent = connect();
  const closed = (socket: net.Socket) => new Promise<void>(resolve => socket.once('close', () => resolve()));
  await Promise.all([closed(slow), closed(silent)]);
});

const KINDS: [string, (one: Guest) => string | Uint8Array][] = [
  ['an unknown binary kind', () => Uint8Array.of(9, ...random(200))],
  ['an empty binary frame', () => new Uint8Array(0)],
  ['a message of a wrong length', () => Uint8Array.of(1, ...random(201))],
  ['keys of a wrong length', () => Uint8Array.of(2, ...random(300))],
  ['an event of a wrong length', () => Uint8Array.of(3, ...random(90))],
  ['text that is no JSON', () => '["join"'],
  ['JSON of another kind', () => '{"join":1}'],
  ['an unknown text kind', () => '["hello"]'],
  ['a join with too little', () => '["join","AAAA"]'],
  ['a resume with too much', () => JSON.stringify(['resume', 'A'.repeat(43), 0, 'A'.repeat(86), 1])],
  ['deeply nested text', () => '['.repeat(5000) + ']'.repeat(5000)],
  ['a plain line that is none', () => '["plain","AA"]'],
];

test.each(KINDS)('a thousand times %s: goodbye after a hundred', async (_, make) => {
  const relay = await running();
  const [alice, eve] = (await guests(relay.socketUrl, ['alice', 'eve'])) as [Guest, Guest];
  const frames = Array.from({ length: 1000 }, () => make(eve));
  for (const frame of frames) eve.wire.sayRaw(frame);
  expect(await eve.wire.closed).toBe(1008);
  expect(await metric(relay, 'bytechat_frames_total')).toBeLessThanOrEqual(103);
  expect(await alice.wire.hears('here')).toMatchObject({ state: 'away' });
  expect(relay.logged).toEqual([]);
});

test('a flood of good frames is read no faster than the limit, and the others are heard meanwhile', async () => {
  const relay = await running();
  const [alice, eve] = (await guests(relay.socketUrl, ['alice', 'eve'])) as [Guest, Guest];
  for (let nth = 0; nth < 3000; nth++) eve.wire.say({ type: 'msg', msg: eve.msg() });
  alice.wire.say(alice.first([eve]));
  await alice.wire.hears('msg');
  while ((await metric(relay, 'bytechat_throttled_total')) === 0) await new Promise(setImmediate);
  expect(await metric(relay, 'bytechat_frames_total')).toBeLessThan(3000);
  while ((await metric(relay, 'bytechat_frames_total')) < 3003) await relay.clock.pass(0);
  expect(alice.wire.socket.readyState).toBe(WebSocket.OPEN);
});

test('joins that are refused end the connection before they cost much', async () => {
  const relay = await running();
  const eve = await guest(relay.socketUrl, 'eve');
  const frame = await eve.joinFrame();
  for (let nth = 0; nth < 20; nth++) eve.wire.say({ ...frame, proof: random(64) });
  for (let nth = 0; nth < 10; nth++) expect(await eve.wire.next()).toMatchObject({ code: 'proof' });
  expect(await eve.wire.closed).toBe(1008);
});

test('joins into many rooms from one address wait; people of other addresses do not', async () => {
  const relay = await running({ gate: { ...GATE, rooms: { perSecond: 1, burst: 2 } }, trustedProxies: ['127.0.0.1'] });
  for (const room of ['a', 'b']) await (await guest(relay.socketUrl, 'eve', { room })).join();
  const third = await guest(relay.socketUrl, 'eve', { room: 'c' });
  third.wire.say(await third.joinFrame());
  expect(await third.wire.next()).toMatchObject({ code: 'slow-down', retryMs: 1000 });
  const into = await guest(relay.socketUrl, 'mallory', { room: 'a' });
  await into.join();
  await relay.clock.pass(1000);
  await third.join();
});

test('a flood of joins makes a room re-key at most once a second', async () => {
  const relay = await running({ roomMembers: 200 });
  const [alice] = (await guests(relay.socketUrl, ['alice'])) as [Guest];
  const codes: string[] = [];
  for (let nth = 0; nth < 60; nth++) {
    const one = await guest(relay.socketUrl, `eve${nth}`);
    one.wire.say(await one.joinFrame());
    const frame = await one.wire.next();
    codes.push(frame.type === 'no' ? frame.code : frame.type);
  }
  expect(codes.filter(code => code === 'room')).toHaveLength(49);
  expect(codes.slice(49)).toEqual(Array(11).fill('slow-down'));
  expect((await alice.wire.rest()).filter(({ type }) => type === 'join')).toHaveLength(49);
});

test('a name is held no longer than its owner is listed', async () => {
  const relay = await running({ awayMs: 60_000 });
  const squatter = await guest(relay.socketUrl, 'alice');
  await squatter.join();
  await squatter.wire.close();
  const alice = await guest(relay.socketUrl, 'alice');
  alice.wire.say(await alice.joinFrame());
  expect(await alice.wire.next()).toMatchObject({ code: 'name-taken' });
  await alice.wire.close();
  while (relay.app.relay.counts().connections > 0) await new Promise(setImmediate);
  await relay.clock.pass(60_001);
  const later = await guest(relay.socketUrl, 'alice', { now: relay.clock.now() });
  await later.join();
});

test('as many rooms in memory as there may be: no further one, and the rest go on; empty ones are forgotten', async () => {
  const relay = await running({ rooms: 3 });
  const inside: Guest[] = [];
  for (const room of ['a', 'b', 'c']) {
    const one = await guest(relay.socketUrl, 'eve', { room });
    await one.join();
    inside.push(one);
  }
  const fourth = await guest(relay.socketUrl, 'eve', { room: 'd' });
  fourth.wire.say(await fourth.joinFrame());
  expect(await fourth.wire.next()).toMatchObject({ code: 'slow-down' });
  inside[0]?.wire.say({ type: 'leave' });
  await inside[0]?.wire.upTo('leave');
  await relay.clock.pass(61_000);
  expect(relay.app.relay.counts().rooms).toBe(2);
  const fifth = await guest(relay.socketUrl, 'eve', { room: 'd', now: relay.clock.now() });
  await fifth.join();
});

test('rooms and keys that are kept for good have an end: nothing new then, also after a restart; what is there goes on', async () => {
  const kept = { rooms: 2, identities: 4 };
  const before = await running({ kept });
  const answer = async ({ socketUrl }: Running, name: string, room: string) => {
    const one = await guest(socketUrl, name, { room });
    one.wire.say(await one.joinFrame());
    return one.wire.next();
  };
  const [alice] = (await guests(before.socketUrl, ['alice', 'bob'], { room: 'a' })) as [Guest, Guest];
  await guests(before.socketUrl, ['alice'], { room: 'b' });
  expect(await answer(before, 'eve', 'c')).toEqual({ type: 'no', code: 'unavailable' });
  expect(await metric(before, 'bytechat_kept_rooms')).toBe(2);
  await before.stop();
  const relay = await running({ kept, dataDir: before.dataDir });
  expect(await answer(relay, 'eve', 'c')).toEqual({ type: 'no', code: 'unavailable' });
  expect(await answer(relay, 'carol', 'b')).toMatchObject({ type: 'room' });
  expect(await metric(relay, 'bytechat_kept_keys')).toBe(4);
  expect(await answer(relay, 'dave', 'a')).toEqual({ type: 'no', code: 'unavailable' });
  const { identity, session } = alice;
  const back = await guest(relay.socketUrl, 'alice', { room: 'a', identity, now: session.bundle.created + 1 });
  await back.join();
});

test('a room that could not be stored is not counted', async () => {
  let isFull = true;
  const relay = await running({
    kept: { rooms: 1, identities: 1 },
    store: real => ({
      ...real,
      write: async batch => (isFull ? Promise.reject(new Error('full')) : real.write(batch)),
    }),
  });
  const alice = await guest(relay.socketUrl, 'alice', { room: 'a' });
  alice.wire.say(await alice.joinFrame());
  expect(await alice.wire.next()).toMatchObject({ code: 'unavailable' });
  isFull = false;
  await alice.join();
  expect(relay.app.relay.counts()).toMatchObject({ keptRooms: 1, keptKeys: 1 });
});

test('history is bounded by size: the oldest goes first, and whoever needs it joins anew', async () => {
  const relay = await running({ historyBytes: 400_000 });
  const [alice, bob] = (await guests(relay.socketUrl, ['alice', 'bob'])) as [Guest, Guest];
  alice.wire.say(alice.first([bob]));
  await alice.wire.hears('msg');
  for (let round = 0; round < 60; round++) {
    for (let nth = 0; nth < 30; nth++) alice.wire.say({ type: 'msg', msg: alice.msg() });
    await alice.wire.rest();
    await relay.clock.pass(2000);
  }
  await relay.app.relay.limitHistory();
  const back = await again(relay.socketUrl, bob);
  back.wire.say(await back.resumeFrame(3));
  expect(await back.wire.next()).toMatchObject({ code: 'removed' });
  const late = await again(relay.socketUrl, bob);
  expect((await late.resume(1802)).at(-1)).toMatchObject({ type: 'synced', seq: 1803 });
});

test.runIf(canMeasure)(
  'a thousand connections that say nothing, or never read, stay small',
  { timeout: 60_000 },
  async () => {
    const relay = await running();
    const before = await heapAfterCollection();
    const wires = await Promise.all(Array.from({ length: 1000 }, () => open(relay.socketUrl)));
    // Both ends are in this process.
    expect((await heapAfterCollection()) - before).toBeLessThan(wires.length * 64 * 1024);
  },
);
