import { describe, expect, test } from 'vitest';
import { DATA, dataFrame, ERRORS, frameReader } from '../../src/clients/kube/forward/channels.ts';
import { type Held, hold, isFull, MOST_HELD, mayRepeat, NOTHING_HELD } from '../../src/clients/kube/forward/held.ts';

const holding = (...texts: string[]): Held =>
  texts.reduce((held, text) => hold(held, Buffer.from(text), false), NOTHING_HELD);

describe('what was sent before an answer', () => {
  test('is kept in order', () => {
    const held = holding('one ', 'two');
    expect(Buffer.concat(held.chunks).toString()).toBe('one two');
    expect(held).toMatchObject({ bytes: 7, isWhole: true });
  });

  test('is all kept while nobody has it, and not let in without end', () => {
    const held = holding('x'.repeat(MOST_HELD - 1));
    expect(isFull(held)).toBe(false);
    const more = hold(held, Buffer.alloc(1000), false);
    expect(isFull(more)).toBe(true);
    expect(more.isWhole).toBe(true);
    expect(more.chunks).toHaveLength(2);
  });

  test('is let go when there is much of it and somebody has it', () => {
    const full = hold(NOTHING_HELD, Buffer.alloc(MOST_HELD), true);
    expect(full.isWhole).toBe(true);
    const over = hold(full, Buffer.alloc(1), true);
    expect(over).toEqual({ chunks: [], bytes: MOST_HELD + 1, isWhole: false });
    expect(hold(over, Buffer.alloc(1), true).chunks).toEqual([]);
  });
});

describe('what somebody may have read is sent once more', () => {
  test.each(['GET / HTTP/1.1\r\n', 'HEAD /x HTTP/1.1\r\n', 'OPTIONS * HTTP/1.1\r\n'])(
    'when it changes nothing: %j',
    text => {
      expect(mayRepeat(holding(text))).toBe(true);
      expect(mayRepeat(holding(text.slice(0, 3), text.slice(3)))).toBe(true);
    },
  );

  test.each(['POST / HTTP/1.1\r\n', 'DELETE /x HTTP/1.1\r\n', 'GETTING', 'get / HTTP/1.1', '\x16\x03\x01'])(
    'and not otherwise: %j',
    text => expect(mayRepeat(holding(text))).toBe(false),
  );

  test('when it is nothing', () => expect(mayRepeat(NOTHING_HELD)).toBe(true));

  test('not when some of it is gone', () => {
    expect(mayRepeat({ chunks: [], bytes: MOST_HELD + 1, isWhole: false })).toBe(false);
  });
});

describe('the frames of a port', () => {
  test('carry data on their channel', () => {
    expect([...dataFrame(Buffer.from([7, 8]))]).toEqual([DATA, 7, 8]);
  });

  test('begin with the port, once on each channel', () => {
    const read = frameReader();
    const port = [0x90, 0x1f];
    expect(read(Buffer.from([DATA, ...port]))).toBeUndefined();
    expect(read(Buffer.from([ERRORS, ...port]))).toBeUndefined();
    expect(read(Buffer.from([DATA, 1, 2, 3]))).toEqual({ channel: DATA, data: Buffer.from([1, 2, 3]) });
    expect(read(Buffer.from([ERRORS, 110, 111]))).toEqual({ channel: ERRORS, data: Buffer.from('no') });
    expect(read(Buffer.from([DATA]))).toBeUndefined();
  });
});
