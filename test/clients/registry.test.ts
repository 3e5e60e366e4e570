import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { challengeOf } from '../../src/clients/registry/challenge.ts';
import { manifestIn } from '../../src/clients/registry/manifest.ts';
import { createRegistry } from '../../src/clients/registry.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { addressOf, fullNameOf, referenceOf, repositoryOf } from '../../src/core/repository.ts';
import type { CallOptions } from '../../src/core/runner.ts';
import { asking, notedPauses, problemOf } from '../support/registry.ts';

/** A registry that answers as the test wants it to. */
const serving = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const ask = (method: string, request: JsonObject, options: CallOptions = {}, timeoutMs = 10_000) =>
  asking(createRegistry({ timeoutMs, pause: notedPauses().pause }), 'registry')(method, request, options);

const json = (response: ServerResponse, body: unknown, headers = {}): void =>
  void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

describe('the name of an image', () => {
  test.for([
    ['registry.example.org/team/shop:b7c0', 'registry.example.org', 'team/shop', 'b7c0'],
    ['127.0.0.1:5055/shop', '127.0.0.1:5055', 'shop', ''],
    ['localhost/shop@sha256:ab', 'localhost', 'shop', 'sha256:ab'],
    ['localhost:5000/a/b:tag@sha256:ab', 'localhost:5000', 'a/b', 'sha256:ab'],
    ['docker.io/nginx:1', 'docker.io', 'library/nginx', '1'],
    ['index.docker.io/team/shop', 'docker.io', 'team/shop', ''],
  ] as const)('%s', ([written, host, name, reference]) => {
    expect(repositoryOf(written)).toEqual({ host, name });
    expect(referenceOf(written)).toBe(reference);
  });

  test.for(['shop', 'team/shop', 'team/shop:b7c0'])('%s names no registry', written => {
    expect(repositoryOf(written)).toBeUndefined();
  });

  test('is the same with what Docker leaves out', () => {
    expect(fullNameOf('nginx:1')).toBe(fullNameOf('docker.io/library/nginx@sha256:ab'));
    expect(fullNameOf('127.0.0.1:5055/a:1')).toBe('127.0.0.1:5055/a');
  });

  test('says where its registry is, and encrypted wherever that is not this machine', () => {
    expect(
      ['docker.io', 'a.org', 'localhost:5000', '127.0.0.2:5000', '[::1]:5000', '127.a.org'].map(addressOf),
    ).toEqual([
      'https://registry-1.docker.io',
      'https://a.org',
      'http://localhost:5000',
      'http://127.0.0.2:5000',
      'http://[::1]:5000',
      'https://127.a.org',
    ]);
  });
});

describe('what a registry asks for', () => {
  const bearer = { scheme: 'bearer', realm: 'https://auth/token', service: 'r', scope: 'repository:a/b:pull,push' };
  test.for<[string | null, unknown]>([
    ['Basic realm="test"', { scheme: 'basic' }],
    ['basic', { scheme: 'basic' }],
    ['Bearer realm="https://auth/token",service="r",scope="repository:a/b:pull,push"', bearer],
    ['Basic realm="x, y", Bearer realm="https://auth/token", service=r, scope="repository:a/b:pull,push"', bearer],
    ['Bearer realm="https://auth/token"', { ...bearer, service: '', scope: '' }],
    ['Bearer', undefined],
    ['Negotiate', undefined],
    [null, undefined],
  ])('%s', ([header, challenge]) => {
    expect(challengeOf(header)).toEqual(challenge);
  });
});

describe('tokens', () => {
  const SECRET = 'pässword:with-colon';
  const reveal = (): string => SECRET;
  const basic = `Basic ${Buffer.from(`ci:${SECRET}`).toString('base64')}`;

  /** Gives a token to whoever has the password, and answers to whoever has the token. */
  const guarded = async (token: (incoming: IncomingMessage, response: ServerResponse) => void) => {
    const asked: string[] = [];
    const host = await serving((incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      if (incoming.url?.startsWith('/token')) return token(incoming, response);
      if (incoming.headers.authorization === 'Bearer tok-123456') return json(response, { tags: ['a'] });
      const scope = incoming.url === '/v2/' ? '' : ',scope="repository:team/shop:pull"';
      const realm = `Bearer realm="http://${incoming.headers.host}/token",service="r"${scope}`;
      response.writeHead(401, { 'www-authenticate': realm }).end();
    });
    return { asked, request: { image: `${host}/team/shop`, username: 'ci', password: 'P' } };
  };

  test('are asked for with the login, once for each right', async () => {
    const { asked, request } = await guarded(({ headers }, response) =>
      headers.authorization === basic ? json(response, { token: 'tok-123456' }) : response.writeHead(401).end(),
    );
    expect(await ask('tags', request, { reveal })).toEqual(['a']);
    expect(asked).toEqual([
      'GET /v2/team/shop/tags/list?n=1000',
      'GET /token?service=r&scope=repository%3Ateam%2Fshop%3Apull',
      'GET /v2/team/shop/tags/list?n=1000',
    ]);
    expect(await ask('check', request, { reveal })).toEqual({ detail: expect.stringContaining('lets ci in') });
  });

  test('that are refused are a refusal, without the password that was sent', async () => {
    const { request } = await guarded(({ headers }, response) =>
      response.writeHead(403).end(JSON.stringify({ details: `no ${headers.authorization} ${SECRET}` })),
    );
    const problem = await problemOf(ask('check', request, { reveal }));
    expect(problem).toMatchObject({ code: 'registry-refused', message: expect.stringMatching(/does not let ci in$/) });
    expect(problem.because).toContain('[redacted]');
    expect(JSON.stringify(problem)).not.toContain(SECRET);
    expect(JSON.stringify(problem)).not.toContain(basic.slice(10, 30));
  });

  test('that cannot be had are a failure', async () => {
    const { asked, request } = await guarded((_incoming, response) => response.writeHead(500).end());
    expect(await problemOf(ask('check', request, { reveal }))).toMatchObject({ code: 'registry-failed' });
    expect(asked.filter(line => line.includes('/token'))).toHaveLength(5);
    const odd = await guarded((_incoming, response) => json(response, { nothing: true }));
    expect(await problemOf(ask('check', odd.request, { reveal }))).toMatchObject({ code: 'registry-failed' });
  });

  test('are not asked for where the password could be read on the way', async () => {
    const sent: (string | undefined)[] = [];
    const host = await serving(({ headers, url }, response) => {
      sent.push(headers.authorization);
      // This machine too, and not by a name that says so.
      const realm = `http://${String(headers.host).replace('127.0.0.1', '0.0.0.0')}/token`;
      if (url === '/token') json(response, { token: 'tok-123456' });
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
    });
    const problem = await problemOf(ask('check', { image: `${host}/a`, username: 'ci', password: 'P' }, { reveal }));
    expect(problem).toMatchObject({ code: 'registry-refused', because: expect.stringContaining('Nothing was sent') });
    expect(sent).toEqual([undefined]);
  });

  test('that nobody gives are a failure', async () => {
    const host = await serving((_incoming, response) =>
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="nowhere"' }).end(),
    );
    expect(await problemOf(ask('check', { image: `${host}/a` }))).toMatchObject({ code: 'registry-failed' });
  });
});

describe('an answer that is kept elsewhere', () => {
  test('is fetched from there, and only the registry itself gets the login', async () => {
    const seen: Record<string, string | undefined> = {};
    const elsewhere = await serving(({ url = '', headers }, response) => {
      seen[`there ${url}`] = headers.authorization;
      json(response, { tags: ['a'] });
    });
    const host = await serving(({ url = '', headers }, response) => {
      seen[url] = headers.authorization;
      if (headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
      else if (url === '/moved') response.writeHead(302, { location: `http://${elsewhere}/tags` }).end();
      else response.writeHead(307, { location: '/moved' }).end();
    });
    const request = { image: `${host}/a`, username: 'ci', password: 'P' };
    expect(await ask('tags', request, { reveal: () => 'secret-word' })).toEqual(['a']);
    const login = expect.stringMatching(/^Basic /);
    expect(seen).toEqual({ '/v2/a/tags/list?n=1000': login, '/moved': login, 'there /tags': undefined });
  });

  test.for([
    ['/v2/a/tags/list', 'from one address to the next'],
    ['http://', 'which is no address'],
  ] as const)('at %s is none', async ([location, why]) => {
    const host = await serving((_incoming, response) => response.writeHead(302, { location }).end());
    expect(await problemOf(ask('tags', { image: `${host}/a` }))).toMatchObject({
      code: 'registry-failed',
      because: expect.stringContaining(why),
    });
  });
});

describe('a list', () => {
  test('is read page by page, and only from the registry itself, whatever it calls itself', async () => {
    const pages: Record<string, { tags: string[]; link?: string }> = {
      'n=1000': { tags: ['d', 'a'], link: '</v2/team/shop/tags/list?last=a>; rel="next"' },
      'last=a': { tags: ['b'], link: '<http://inside:5000/v2/team/shop/tags/list?last=b>; rel="next"' },
      'last=b': { tags: ['c'] },
    };
    const host = await serving((incoming, response) => {
      const { tags, link } = pages[incoming.url?.split('?')[1] ?? ''] ?? { tags: ['nobody asked for this'] };
      json(response, { tags }, link ? { link } : {});
    });
    expect(await ask('tags', { image: `${host}/team/shop` })).toEqual(['a', 'b', 'c', 'd']);
  });

  test('that leads back to itself ends', async () => {
    const host = await serving((_incoming, response) =>
      json(response, { tags: ['a'] }, { link: '</v2/a/tags/list?n=1000>; rel="next"' }),
    );
    expect(await ask('tags', { image: `${host}/a` })).toEqual(['a']);
  });

  test('of nothing is empty, and what is no list is a failure', async () => {
    const empty = await serving((_incoming, response) => json(response, { tags: null }));
    expect(await ask('list', { image: `${empty}/a` })).toEqual([]);
    const other = await serving((_incoming, response) => void response.writeHead(200).end('<html>Welcome</html>'));
    expect(await problemOf(ask('list', { image: `${other}/a` }))).toMatchObject({
      code: 'registry-failed',
      message: `${other} answers as no registry should`,
      because: 'it answers 200, <html>Welcome</html>',
    });
  });

  test('of an index has its images and all of its parts', async () => {
    const manifests: Record<string, unknown> = {
      multi: {
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
          { digest: 'sha256:amd', platform: { os: 'linux' } },
          { digest: 'sha256:arm', platform: { os: 'linux' } },
          { digest: 'sha256:att', platform: { os: 'unknown' } },
        ],
      },
      'sha256:amd': { config: { digest: 'sha256:c1', size: 10 }, layers: [{ size: 100 }, { size: 5 }] },
      'sha256:arm': { config: { digest: 'sha256:c2', size: 10 }, layers: [{ size: 200 }] },
    };
    const blobs: Record<string, unknown> = {
      'sha256:c1': { os: 'linux', architecture: 'amd64', created: '2026-01-01T00:00:00Z' },
      'sha256:c2': { os: 'linux', architecture: 'arm64', variant: 'v8', created: '2026-01-02T00:00:00Z' },
    };
    const host = await serving((incoming, response) => {
      const [, kind = '', reference = ''] = /\/v2\/a\/(\w+)\/([^?]+)/.exec(incoming.url ?? '') ?? [];
      if (kind === 'tags') return json(response, { tags: ['multi', 'vanished'] });
      const found = (kind === 'blobs' ? blobs : manifests)[reference];
      if (!found) return void response.writeHead(404).end();
      json(response, found, { 'docker-content-digest': `digest-of-${reference}` });
    });
    expect(await ask('list', { image: `${host}/a` })).toEqual([
      {
        tag: 'multi',
        digest: 'digest-of-multi',
        size: 325,
        created: '2026-01-02T00:00:00Z',
        platform: 'linux/amd64, linux/arm64/v8',
        parts: ['sha256:amd', 'sha256:arm', 'sha256:att'],
      },
    ]);
  });

  test('whose manifest cannot be read is no list: half of it would be taken for all', async () => {
    const host = await serving((incoming, response) =>
      incoming.url?.includes('/tags/') ? json(response, { tags: ['a'] }) : void response.writeHead(400).end('odd'),
    );
    expect(await problemOf(ask('list', { image: `${host}/a` }))).toMatchObject({ code: 'registry-failed' });
  });

  test('has the digest of a manifest also where nobody says it', () => {
    const { digest } = manifestIn({ status: 200, headers: new Headers(), text: '{}' });
    expect(digest).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });
});

describe('an answer', () => {
  test('without end is not waited for', async () => {
    const host = await serving((_incoming, response) => {
      const more = (): boolean => response.write(Buffer.alloc(1024 * 1024)) && more();
      response.on('drain', more);
      more();
    });
    const problem = await problemOf(ask('tags', { image: `${host}/a` }));
    expect(problem).toMatchObject({ code: 'registry-failed', because: 'the answer is larger than 8 MB' });
  });

  test('from nowhere is told at once', async () => {
    const problem = await problemOf(ask('tags', { image: 'registry.invalid/a' }));
    expect(problem).toMatchObject({ code: 'registry-failed', because: 'there is no such name' });
  });
});

describe('a glance', () => {
  const image = (host: string) => ({ image: `${host}/shop:b7c01e5a90d2` });

  test('asks once, and tells what is there', async () => {
    const seen: string[] = [];
    const host = await serving((incoming, response) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      response.writeHead(200, { 'docker-content-digest': 'sha256:ab', 'content-length': '2' }).end();
    });
    expect(await ask('glance', image(host))).toMatchObject({ digest: 'sha256:ab' });
    expect(seen).toEqual(['HEAD /v2/shop/manifests/b7c01e5a90d2']);
  });

  test.for([401, 404, 500])('takes %i for nothing', async status => {
    const host = await serving((_, response) => void response.writeHead(status).end());
    expect(await ask('glance', image(host))).toBeNull();
  });

  test('waits for nobody, and ends with whoever looks', async () => {
    const host = await serving(() => {});
    expect(await ask('glance', image(host), {}, 20)).toBeNull();
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(ask('glance', image(host), { signal: stopped })).rejects.toThrow('stopped');
  });
});
