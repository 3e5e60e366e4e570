import { expect, test } from 'vitest';
import { linkParts } from '../../../../chat-app/client/views/linkParts.ts';

const hrefs = (text: string) => linkParts(text).flatMap(({ href }) => (href ? [href] : []));

test.each([
  ['see https://example.org/wind.', ['https://example.org/wind']],
  ['(https://example.org/a)', ['https://example.org/a']],
  ['https://example.org/a_(b)', ['https://example.org/a_(b)']],
  ['http://a.example https://b.example/x?y=1#z!', ['http://a.example', 'https://b.example/x?y=1#z']],
  ['no link: javascript:alert(1), example.org, https://', []],
])('%s', (text, found) => {
  expect(hrefs(text)).toEqual(found);
});

test('nothing of the text is lost', () => {
  const text = 'a https://example.org/b, c\nhttps://example.org/d';
  expect(
    linkParts(text)
      .map(part => part.text)
      .join(''),
  ).toBe(text);
});
