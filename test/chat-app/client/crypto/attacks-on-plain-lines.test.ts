/** What a relay may try with lines that it can read: e2ee/1, section 16. */
import { describe, expect, test } from 'vitest';
import { knock, person, refuses, seat, text } from './support/people.ts';

describe('20: plain lines', () => {
  const lonely = async () => {
    const alice = await person('alice');
    await seat(alice, [await knock(alice)]);
    return alice;
  };

  test('go out and come back while nobody was ever here', async () => {
    const alice = await lonely();
    const frame = await alice.member.plain('anybody?');
    if (frame.type !== 'plain') throw new Error('not plain');
    expect(await alice.member.receive({ ...frame, seq: 2 })).toMatchObject([{ type: 'delivered', seq: 2 }]);
    await refuses(alice.member.seal({ body: text('sealed') }), 'alone');
  });

  test('are refused after a second member was ever listed, also a refused one, also after a reload', async () => {
    for (const bundle of [await knock(await person('bob')), new Uint8Array(3)]) {
      const alice = await lonely();
      const frame = await alice.member.plain('early');
      if (frame.type !== 'plain') throw new Error('not plain');
      await alice.member.receive({ type: 'join', bundle, seq: 2 });
      await refuses(alice.member.plain('secret'), 'not-alone');
      expect(await alice.member.receive({ ...frame, seq: 3 })).toMatchObject([
        { type: 'unreadable', code: 'plain-refused' },
      ]);
      expect((await alice.member.snapshot()).plainObstacle).toEqual({ code: 'not-alone', names: [] });
    }
  });

  test('of somebody else are not shown', async () => {
    const [alice, eve] = [await lonely(), await lonely()];
    const frame = await eve.member.plain('I am alice');
    if (frame.type !== 'plain') throw new Error('not plain');
    expect(await alice.member.receive({ ...frame, seq: 2 })).toMatchObject([{ code: 'plain-refused' }]);
    expect(await alice.member.receive({ type: 'plain', plain: new Uint8Array(9), seq: 3 })).toMatchObject([
      { code: 'msg-format' },
    ]);
  });

  test('that were altered stop the room', async () => {
    const alice = await lonely();
    const frame = await alice.member.plain('yes');
    if (frame.type !== 'plain') throw new Error('not plain');
    const plain = frame.plain.with(32, 110);
    expect(await alice.member.receive({ type: 'plain', plain, seq: 2 })).toMatchObject([{ code: 'own-altered' }]);
  });
});
