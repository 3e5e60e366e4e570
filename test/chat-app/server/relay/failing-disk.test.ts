import { expect, test } from 'vitest';
import { canMount, smallDisk } from '../support/full-disk.ts';
import type { Guest } from '../support/guest.ts';
import { again, guest, random } from '../support/guest.ts';
import { guests } from '../support/guests.ts';
import type { Running } from '../support/relay.ts';
import { running } from '../support/relay.ts';

type Two = [Guest, Guest];
const status = async ({ url }: Running, path: string) => (await fetch(url + path)).status;

test.runIf(canMount)(
  'a full disk: unavailable, not ready, alive; and all is well again when there is room',
  async () => {
    const disk = smallDisk();
    const relay = await running({ dataDir: disk.dir });
    const [alice, bob] = (await guests(relay.socketUrl, ['alice', 'bob'])) as Two;
    const carol = await guest(relay.socketUrl, 'carol');
    alice.wire.say(alice.first([bob]));
    await alice.wire.hears('msg');
    await bob.wire.upTo('msg');
    disk.fill();
    const kept: number[] = [];
    const id = random(16);
    // The log has some pages of its own left; they are soon used up.
    for (let code = ''; code !== 'unavailable'; ) {
      await relay.clock.pass(1000);
      alice.wire.say({ type: 'msg', msg: alice.msg(id) });
      const [heard] = await alice.wire.rest();
      code = heard?.type === 'no' ? heard.code : 'kept';
      if (heard?.type === 'msg') kept.push(heard.seq);
      if (code === 'kept') id.set(random(16));
    }
    for (const say of [carol.joinFrame(), bob.resumeFrame(0)].slice(0, 1)) {
      carol.wire.say(await say);
      expect(await carol.wire.next()).toMatchObject({ type: 'no', code: 'unavailable' });
    }
    bob.wire.say({ type: 'leave' });
    expect((await bob.wire.upTo('no')).at(-1)).toMatchObject({ code: 'unavailable' });
    expect(await status(relay, '/readyz')).toBe(503);
    expect(await status(relay, '/healthz')).toBe(200);

    disk.free();
    expect(await status(relay, '/readyz')).toBe(200);
    const frame = alice.first([bob], { id });
    alice.wire.say(frame);
    const seq = 4 + kept.length;
    expect(await alice.wire.next()).toEqual({ type: 'msg', seq, msg: frame.msg });
    expect((await bob.wire.rest()).at(-1)).toEqual({ type: 'msg', seq, msg: frame.msg });
    expect(await carol.join()).toMatchObject({ seq: seq + 1, earlier: seq - 2 });
    const back = await again(relay.socketUrl, bob);
    const heard = await back.resume(2);
    expect(heard.flatMap(each => (each.type === 'msg' ? [each.seq] : []))).toEqual(
      Array.from({ length: seq - 2 }, (_, nth) => nth + 3),
    );
  },
);

/** A store whose writes fail when told to, so that what is undone can be looked at closely. */
async function fragile() {
  const broken = { writes: false, after: Promise.resolve() };
  const relay = await running({
    store: store => ({
      ...store,
      write: async batch => {
        await broken.after;
        if (broken.writes) throw new Error('EIO');
        await store.write(batch);
      },
    }),
  });
  return { relay, broken };
}

test('what could not be written has never been: members, seqs, ids, doors', async () => {
  const { relay, broken } = await fragile();
  const secret = random(32);
  const [alice, bob] = (await guests(relay.socketUrl, ['alice', 'bob'], { secret })) as Two;
  broken.writes = true;
  const next = await guest(relay.socketUrl, 'bob', { secret, identity: bob.identity, now: Date.now() + 1 });
  next.wire.say(await next.joinFrame());
  expect(await next.wire.next()).toEqual({ type: 'no', code: 'unavailable' });
  const stranger = await guest(relay.socketUrl, 'eve', { room: 'new', secret });
  stranger.wire.say(await stranger.joinFrame());
  expect(await stranger.wire.next()).toEqual({ type: 'no', code: 'unavailable' });
  const frame = alice.first([bob]);
  alice.wire.say(frame);
  expect(await alice.wire.next()).toEqual({ type: 'no', code: 'unavailable', id: frame.msg.slice(28, 44) });
  expect(relay.logged.filter(({ level }) => level === 'error')).toHaveLength(1);

  broken.writes = false;
  alice.wire.say(frame);
  expect(await alice.wire.next()).toMatchObject({ type: 'msg', seq: 3 });
  expect((await bob.wire.rest()).map(({ type }) => type)).toEqual(['key', 'msg']);
  const [open] = (await guests(relay.socketUrl, ['eve'], { room: 'new' })) as [Guest];
  expect(open.memberSeq).toBe(1);
  expect(await next.join()).toMatchObject({ seq: 5, members: { length: 2 } });
  expect((await alice.wire.rest()).map(({ type }) => type)).toEqual(['leave', 'join']);
});

test('whoever goes away while a leave is being written, which then fails, is listed and away', async () => {
  const { relay, broken } = await fragile();
  const [alice, bob] = (await guests(relay.socketUrl, ['alice', 'bob'])) as Two;
  const disk = Promise.withResolvers<void>();
  broken.after = disk.promise;
  bob.wire.say({ type: 'leave' });
  await bob.wire.close();
  while (relay.app.relay.counts().connections > 1) await new Promise(setImmediate);
  disk.reject(new Error('EIO'));
  broken.after = Promise.resolve();
  const back = await again(relay.socketUrl, alice);
  expect(await back.resume(2)).toEqual([
    { type: 'here', sid: bob.sid, state: 'away' },
    { type: 'synced', seq: 2 },
  ]);
  await relay.clock.pass(25 * 3600_000);
  expect(await back.wire.next()).toMatchObject({ type: 'leave', reason: 2 });
});
