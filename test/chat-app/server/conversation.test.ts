import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RoomEvent } from '../../../chat-app/client/crypto/events.ts';
import { roomHash } from '../../../chat-app/protocol/room.ts';
import { random } from './support/guest.ts';
import { person } from './support/person.ts';
import { running } from './support/relay.ts';

const isLine = (event: RoomEvent) => event.type === 'line';
const joined = (name: string) => (event: RoomEvent) => event.type === 'joined' && event.name === name;
const left = (name: string) => (event: RoomEvent) => event.type === 'left' && event.name === name;

test('three people read each other, come back, and leave', async () => {
  const { socketUrl } = await running();
  const alice = await person(socketUrl, 'alice');
  const bob = await person(socketUrl, 'bob');
  await alice.until(joined('bob'));
  await alice.say('hi');
  await bob.until(isLine);
  const carol = await person(socketUrl, 'carol');
  await Promise.all([alice, bob].map(each => each.until(joined('carol'))));
  await bob.say('hello');
  await carol.say('good morning');
  for (const each of [alice, carol]) await each.until(isLine);
  expect((await carol.member.snapshot()).people.map(({ name }) => name)).toEqual(['alice', 'bob']);

  await bob.wire.close();
  await alice.say('are you there?');
  await bob.connect(socketUrl);
  expect(bob.lines().at(-1)).toBe('alice: are you there?');

  bob.wire.say({ type: 'leave' });
  await Promise.all([alice, carol].map(each => each.until(left('bob'))));
  await bob.until(({ type }) => type === 'removed');
  const codes = await Promise.all([alice, bob, carol].map(each => each.member.roomCode()));
  expect(codes[0]).toBe(codes[2]);
  const wrong = [alice, bob, carol].flatMap(({ events }) => events.filter(({ type }) => BAD.has(type)));
  expect(wrong).toEqual([]);
});

const BAD: ReadonlySet<RoomEvent['type']> = new Set([
  'stopped',
  'fork',
  'unreadable',
  'missing',
  'refused',
  'outsider',
  'clock',
]);

test('neither the disk nor the log of the relay knows what was said, or the link', async () => {
  const relay = await running({ logLevel: 'debug' });
  const secret = random(32);
  const text = 'the sentinel sings at midnight';
  const roomId = 'a-room-with-a-long-name';
  const alice = await person(relay.socketUrl, 'alice-sentinel', { roomId, secret });
  const bob = await person(relay.socketUrl, 'bob-sentinel', { roomId, secret });
  await alice.until(joined('bob-sentinel'));
  await alice.say(text);
  await bob.until(isLine);
  bob.wire.say({ type: 'leave' });
  await alice.until(left('bob-sentinel'));
  await relay.stop();

  const disk = Buffer.concat(readdirSync(relay.dataDir).map(file => readFileSync(join(relay.dataDir, file))));
  expect(disk.includes('alice-sentinel')).toBe(true);
  const link = Buffer.from(secret);
  for (const hidden of [text, link, link.toString('hex'), link.toString('base64url'), roomId]) {
    expect(disk.includes(hidden)).toBe(false);
  }
  const log = JSON.stringify(relay.logged);
  expect(log).toContain('connected');
  const room = Buffer.from(await roomHash(roomId));
  for (const hidden of ['sentinel', roomId, room.toString('hex'), room.toString('base64url'), '127.0.0.1']) {
    expect(log).not.toContain(hidden);
  }
});
