import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/engine/redact.ts';

const SECRET = 'p4ss "wörd"/+\\ {1}\'s';
const MASK = '[redacted]';

const redactorOf = (...secrets: readonly string[]) => {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.learn(secret);
  return redactor;
};

const { scrub } = redactorOf(SECRET);

describe('every form that programs print', () => {
  const ascii = (text: string): string =>
    text.replaceAll(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const json = (text: string): string => JSON.stringify(text);
  test.for<[string, string]>([
    ['as it is', SECRET],
    ['in JSON', json(SECRET)],
    ['in JSON in JSON', json(json(SECRET))],
    ['in JSON that is ASCII', ascii(json(SECRET))],
    ['in JSON that is ASCII, in JSON', ascii(json(ascii(json(SECRET))))],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a URL, in small letters', encodeURIComponent(SECRET).toLowerCase()],
    ['in a form', new URLSearchParams({ a: SECRET }).toString()],
    ['in a form, with + for each space', encodeURIComponent(SECRET).replaceAll('%20', '+')],
    ['quoted for a shell', `'${SECRET.replaceAll("'", `'\\''`)}'`],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['in big hex', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 for URLs', Buffer.from(SECRET).toString('base64url')],
  ])('%s', ([, form]) => {
    const clean = scrub(`before ${form} after`);
    expect(clean).toContain(MASK);
    expect(clean).toMatch(/^before .* after$/);
    expect(clean).not.toContain(form.slice(2, -3));
  });

  /** The characters that the secret alone decides, whatever stands around it. */
  const ownCharacters = (before: string, secret: string, after: string, encoding: 'base64' | 'base64url'): string => {
    const [start, length] = [Buffer.byteLength(before), Buffer.byteLength(secret)];
    const text = Buffer.from(before + secret + after).toString(encoding);
    return text.slice(Math.ceil((start * 4) / 3), Math.floor(((start + length) * 4) / 3));
  };

  test.for(['base64', 'base64url'] as const)('in the middle of %s, at each of the three alignments', encoding => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const own = ownCharacters(before, SECRET, after, encoding);
        const text = Buffer.from(before + SECRET + after).toString(encoding);
        expect(text).toContain(own);
        expect(scrub(text)).not.toContain(own);
      }),
    );
  });
});

describe('what is no secret', () => {
  test('stays', () => {
    expect(scrub('before p4ss after')).toBe('before p4ss after');
    expect(createRedactor().scrub('anything')).toBe('anything');
  });

  test('nothing shorter than 6 characters is hidden, nor an encoding of it', () => {
    const redactor = redactorOf('12345', '');
    for (const text of ['12345', Buffer.from('12345').toString('hex'), Buffer.from('12345').toString('base64')])
      expect(redactor.scrub(text)).toBe(text);
    expect(redactorOf('123456').scrub('123456')).toBe(MASK);
  });
});

describe('a secret of several lines', () => {
  const key = '-----BEGIN KEY-----\nAAAABBBBCCCC\nDDDD\nEEEEFFFF\r\n-----END KEY-----\n';

  test('is hidden as a whole, and each longer line of it by itself', () => {
    const redactor = redactorOf(key);
    expect(redactor.scrub(`key: ${key}`)).toBe(`key: ${MASK}`);
    expect(redactor.scrub(JSON.stringify({ key }))).toBe(`{"key":"${MASK}"}`);
    expect(redactor.scrub('AAAABBBBCCCC and EEEEFFFF and DDDD')).toBe(`${MASK} and ${MASK} and DDDD`);
  });
});

describe('several secrets', () => {
  test('the longer one goes first, so that none leaves a rest', () => {
    expect(redactorOf('secret', 'secret-and-more').scrub('secret-and-more, secret')).toBe(`${MASK}, ${MASK}`);
  });

  test('one that is learnt later is hidden from then on', () => {
    const redactor = redactorOf('first-one');
    expect(redactor.scrub('second-one')).toBe('second-one');
    redactor.learn('second-one');
    expect(redactor.scrub('first-one second-one')).toBe(`${MASK} ${MASK}`);
  });
});

test('in JSON values, keys and all that lies below, without touching the rest', () => {
  const { scrubJson } = redactorOf('s3cr3t-value');
  const before = { 's3cr3t-value': 1, list: [{ deep: 'x s3cr3t-value' }, null, true, 3], none: undefined };
  expect(scrubJson(before)).toEqual({ [MASK]: 1, list: [{ deep: `x ${MASK}` }, null, true, 3], none: undefined });
  expect(before.list[0]).toEqual({ deep: 'x s3cr3t-value' });
});

describe('text that comes in pieces', () => {
  const through = (secrets: readonly string[], chunks: readonly string[]): string => {
    const stream = redactorOf(...secrets).stream();
    return chunks.map(chunk => stream.push(chunk)).join('') + stream.end();
  };

  test('a secret that is cut anywhere is hidden', () => {
    const text = `a ${SECRET} b ${JSON.stringify(SECRET)} c ${Buffer.from(SECRET).toString('base64')} d`;
    for (let at = 0; at <= text.length; at++)
      expect({ at, clean: through([SECRET], [text.slice(0, at), text.slice(at)]) }).toEqual({ at, clean: scrub(text) });
  });

  test('one letter at a time gives what the whole gives', () => {
    expect(through([SECRET], [...`x${SECRET}${SECRET}y`])).toBe(`x${MASK}${MASK}y`);
  });

  test('a secret that begins like another is not given away by it', () => {
    expect(through(['secret', 'secret-and-more'], ['secret', '-and-', 'more.'])).toBe(`${MASK}.`);
  });

  test('text that only begins like a secret comes out in the end', () => {
    const stream = redactorOf('s3cr3t-value').stream();
    expect(stream.push('my s3cr')).toBe('my ');
    expect(stream.push('umb')).toBe('s3crumb');
    expect(stream.push('s3cr')).toBe('');
    expect(stream.end()).toBe('s3cr');
    expect(stream.end()).toBe('');
  });

  /** Few letters, so that secrets overlap themselves and each other. */
  const word = (min: number, max: number) =>
    fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: min, maxLength: max });

  test('however it is cut, it is what the whole would be', () => {
    fc.assert(
      fc.property(
        fc.array(word(6, 12), { minLength: 1, maxLength: 3 }),
        fc.array(word(0, 9), { maxLength: 12 }),
        (secrets, chunks) => {
          const clean = through(secrets, chunks);
          expect(clean).toBe(redactorOf(...secrets).scrub(chunks.join('')));
          for (const secret of secrets) expect(clean).not.toContain(secret);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
