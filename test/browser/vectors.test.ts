/** The vectors tests once more, in Chromium: its Web Crypto through the client's own functions. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchChromium } from '../support/chromium.ts';
import type { Result } from './vectors/vitest.ts';

const root = join(import.meta.dirname, '../..');
/** Where `published.test.ts` looks for Wycheproof's files. */
const vectors = process.env.BYTECHAT_TEST_VECTORS ?? join(root, '../shared/vectors');

const found = await findChromium().catch(() => undefined);
const isMissing = !found && process.env.BYTECHAT_TEST_ENGINES !== 'required';
if (isMissing) process.stderr.write('without Chromium: the vectors are tested in Node only\n');

/** Both test files, with a stand-in for vitest, as one module. */
async function bundle(): Promise<string> {
  const tests = ['vectors', 'published'].map(name => `import './${name}.test.ts';`);
  const { outputFiles } = await build({
    stdin: {
      contents: [...tests, "import { run } from 'vitest';", 'globalThis.results = await run();'].join('\n'),
      resolveDir: join(root, 'test/chat-app/client/crypto'),
    },
    alias: { vitest: join(import.meta.dirname, 'vectors/vitest.ts') },
    define: { 'import.meta.env.BYTECHAT_TEST_VECTORS': 'undefined' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
}

/** A page that runs the module; Wycheproof's files as modules, because a page imports nothing else. */
const serve =
  (script: string): RequestListener =>
  ({ url = '/' }, response) => {
    const file = join(vectors, basename(url));
    const isScript = url === '/tests.js';
    if (!isScript && url !== '/' && !existsSync(file)) return void response.writeHead(404).end();
    response.setHeader('Content-Type', url === '/' ? 'text/html' : 'text/javascript');
    if (url === '/') response.end('<!doctype html><script type="module" src="/tests.js"></script>');
    else response.end(isScript ? script : `export default ${readFileSync(file, 'utf8')}`);
  };

async function runInChromium(origin: string): Promise<Result[]> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', error => faults.push(error.message));
    await page.goto(origin);
    await page.waitForFunction('globalThis.results');
    expect(faults).toEqual([]);
    return (await page.evaluate('globalThis.results')) as Result[];
  } finally {
    await browser.close();
  }
}

describe.skipIf(isMissing)('in Chromium', () => {
  let server: Server;
  let results: Result[];

  beforeAll(async () => {
    server = createServer(serve(await bundle())).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    results = await runInChromium(`http://127.0.0.1:${port}/`);
  }, 120_000);

  afterAll(() => void server.close());

  test('nothing fails', () => {
    expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  test("all of e2ee/1's own vectors are there", () => {
    const own = results.filter(({ name }) => !/case/.test(name));
    expect(own.map(({ name }) => name)).toEqual(expect.arrayContaining(titles()));
  });

  test.skipIf(!existsSync(join(vectors, 'aes_gcm_test.json')))("all of Wycheproof's are there", () => {
    const counted = Object.groupBy(results, ({ name }) => name.split(' > ')[0] ?? '');
    const cases = (group: string) => counted[group]?.filter(({ name }) => / > case \d/.test(name)).length;
    expect(cases('AES-256-GCM, iv of 12 bytes')).toBe(66);
    expect(cases('HKDF-SHA-256')).toBe(86);
    expect(cases('ECDSA on P-256 with SHA-256, r‖s')).toBe(262);
    expect(cases('ECDH on P-256')).toBe(353);
    expect(cases('compressed points')).toBeGreaterThan(0);
  });
});

/** Of the tests in vectors.test.ts that stand in no group. */
function titles(): string[] {
  const source = readFileSync(join(root, 'test/chat-app/client/crypto/vectors.test.ts'), 'utf8');
  return [...source.matchAll(/^test\('([^']+)'/gm)].map(([, title = '']) => title);
}
