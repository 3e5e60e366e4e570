import { expect, test } from 'vitest';
import { lineId } from '../../../../chat-app/server/hub/line.ts';
import { firstSeq } from '../../../../chat-app/server/hub/recent.ts';
import { readRecent, SENT_PAGE } from '../../../../chat-app/server/relay/recent.ts';
import { memoryStore } from '../../../../chat-app/server/store/memory.ts';
import { emptyBatch } from '../../../../chat-app/server/store/store.ts';
import { random } from '../support/guest.ts';
import { heardDuring } from '../support/heard.ts';

const line = (seq: number, sender: number | null = 7) => ({
  room: 1,
  seq,
  at: seq,
  sender,
  body: Buffer.concat([Buffer.of(3), random(200)]),
  keys: null,
});

test.for([3, SENT_PAGE, 2 * SENT_PAGE, 3 * SENT_PAGE + 7])(
  'the day of %i lines is remembered whole, a page at a time, and others are heard in between',
  async count => {
    const store = memoryStore();
    const entries = Array.from({ length: count + 20 }, (_, nth) => line(nth + 1, nth % 10 === 9 ? null : 7));
    await store.write({ ...emptyBatch(), entries });
    const { result: recent, heard } = await heardDuring(() => readRecent(store, 1, 21));
    const known = entries.filter(
      ({ sender, body, seq }) => sender !== null && firstSeq(recent, sender, lineId(body)) === seq,
    );
    const meant = entries.filter(({ sender, seq }) => sender !== null && seq > 20);
    expect(known).toEqual(meant);
    expect(recent.marks[0]?.seq).toBe(meant[0]?.seq);
    // Once a page while it is read, and once while it is remembered.
    expect(heard).toBeGreaterThanOrEqual(2 * Math.floor(meant.length / SENT_PAGE));
  },
);
