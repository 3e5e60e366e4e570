import { expect, test } from 'vitest';
import { readBuild } from '../../../../chat-app/client/session/build.ts';

const one = 'fe05bcdcdc4928012781a5f1a2a77cbb5398e106';
const sha256 = async (text: string) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('hex');

/** A server of these files. */
const serving = (files: Record<string, string>) =>
  (async (path: string) => {
    const text = files[path];
    return text === undefined ? new Response('', { status: 404 }) : new Response(text);
  }) as typeof fetch;

async function published(files: Record<string, string>) {
  const listed = { 'index.html': await sha256('page'), 'assets/a.js': await sha256(one) };
  return readBuild(serving({ '/build.json': JSON.stringify({ files: listed }), ...files }));
}

test('files that are as they are listed give one number', async () => {
  const build = await published({ '/': 'page', '/assets/a.js': one });
  expect(build).toMatchObject({ kind: 'same', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test.each([
  ['another file', { '/': 'page', '/assets/a.js': 'something else' }, 'assets/a.js'],
  ['a missing file', { '/assets/a.js': one }, 'index.html'],
])('%s is named', async (_, files, path) => {
  expect(await published(files)).toEqual({ kind: 'other', path });
});

test('without a list there is nothing to compare', async () => {
  expect(await readBuild(serving({}))).toEqual({ kind: 'unknown' });
});
