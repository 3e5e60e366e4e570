/** The program that a container's health check runs, beside real relays. */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { TlsFiles } from '../../../chat-app/server/tls.ts';
import { folder } from '../server/support/folder.ts';
import { relayProcess } from '../server/support/process.ts';
import { running } from '../server/support/relay.ts';

// Each question is a process of its own.
vi.setConfig({ testTimeout: 60_000 });

const PROGRAM = join(import.meta.dirname, '../../../chat-app/health/main.ts');
const canSign = spawnSync('openssl', ['version']).status === 0;

/** What it prints and its exit code. */
const health = (env: Record<string, string | number>): Promise<{ code: number; said: Record<string, unknown> }> =>
  new Promise(resolve => {
    const texts = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
    execFile(process.execPath, [PROGRAM], { env: texts }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), said: JSON.parse(stdout || JSON.stringify({ stderr })) });
    });
  });

const SERVING = { code: 0, said: { ok: true, state: 'serving' } };

const portOf = (server: net.Server): number => (server.address() as AddressInfo).port;

async function listening<Server extends net.Server>(server: Server): Promise<Server> {
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const relayPort = async (wanted = {}): Promise<number> => portOf((await running(wanted)).app.server);

function certificate(): TlsFiles {
  const dir = folder();
  const files = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') };
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const named = ['-subj', '/CN=chat.example.org', '-keyout', files.key, '-out', files.cert];
  expect(spawnSync('openssl', [...args, ...named]).status).toBe(0);
  return files;
}

/** Lets through to the port what begins with a header, and cuts off what does not. */
const proxiedTo = async (port: number): Promise<number> =>
  portOf(
    await listening(
      net.createServer(socket => {
        socket.on('error', () => {});
        socket.once('data', data => {
          const header = /^PROXY (UNKNOWN|TCP[46] \S+ \S+ \d+ \d+)\r\n/.exec(data.toString('latin1'))?.[0];
          if (header === undefined) return socket.destroy();
          const relay = net.connect(port, '127.0.0.1').on('error', () => socket.destroy());
          relay.write(data.subarray(header.length));
          socket.pipe(relay).pipe(socket);
        });
      }),
    ),
  );

test('a relay that serves is alive', async () => {
  const port = await relayPort();
  expect(await health({ HOST: '0.0.0.0', PORT: port })).toEqual(SERVING);
  expect(await health({ PORT: port })).toEqual(SERVING);
  expect(await health({ HOST: '127.0.0.1', PORT: `${port}-${port + 3}` })).toEqual(SERVING);
});

test.runIf(canSign)('also behind TLS, whatever the certificate names', async () => {
  const files = certificate();
  const port = await relayPort({ tls: files });
  expect(await health({ PORT: port, TLS_CERT: files.cert })).toEqual(SERVING);
  expect(await health({ PORT: port })).toMatchObject({ code: 1, said: { ok: false } });
});

test.runIf(canSign)('also where a header comes first, with TLS and without', async () => {
  const files = certificate();
  const [plain, secure] = [await proxiedTo(await relayPort()), await proxiedTo(await relayPort({ tls: files }))];
  expect(await health({ PORT: plain, PROXY_PROTOCOL: 1 })).toEqual(SERVING);
  expect(await health({ PORT: secure, PROXY_PROTOCOL: 1, TLS_CERT: files.cert })).toEqual(SERVING);
  expect(await health({ PORT: plain, PROXY_PROTOCOL: 0 })).toMatchObject({ code: 1 });
});

test('one that stands by is asked where it answers, and when it serves, where it serves too', async () => {
  const dir = folder();
  mkdirSync(join(dir, 'client'));
  writeFileSync(join(dir, 'client', 'index.html'), 'ByteChat');
  const socketPath = join(dir, 'standby.sock');
  const reserved = await listening(net.createServer());
  const port = portOf(reserved);
  const env = { STANDBY_SOCKET: socketPath, PORT: String(port), DATA_DIR: dir, CLIENT_DIR: join(dir, 'client') };
  const relay = relayProcess(env);
  await relay.logged('standing by');
  expect(await health(env)).toEqual({ code: 0, said: { ok: true, state: 'standby' } });
  await new Promise(resolve => reserved.close(resolve));
  const [answer] = await once(http.request({ socketPath, method: 'POST', path: '/activate' }).end(), 'response');
  answer.resume();
  expect(await health(env)).toEqual(SERVING);
  // Its own word is not enough.
  const nobody = await listening(net.createServer(socket => void socket.destroy()));
  expect(await health({ ...env, PORT: portOf(nobody) })).toMatchObject({ code: 1, said: { ok: false } });
  await relay.stop('SIGTERM');
  expect(await health(env)).toMatchObject({ code: 1, said: { ok: false } });
});

test('nobody, an error, another program, a wrong port and silence are no relay, and it says which', async () => {
  const closed = await listening(net.createServer());
  const port = portOf(closed);
  await new Promise(resolve => closed.close(resolve));
  const why = async (env: Record<string, string | number>) => {
    const { code, said } = await health(env);
    return { code, why: said.why };
  };
  const answering = async (status: number, body: string) =>
    portOf(await listening(http.createServer((_, response) => void response.writeHead(status).end(body))));
  const silent = await listening(net.createServer());

  expect(await why({ PORT: port })).toEqual({ code: 1, why: `connect ECONNREFUSED 127.0.0.1:${port}` });
  expect(await why({ PORT: await answering(503, '{}') })).toEqual({ code: 1, why: '/healthz answered with HTTP 503' });
  expect(await why({ PORT: await answering(200, '{}') })).toEqual({ code: 1, why: 'what answers there is no relay' });
  expect(await why({ PORT: await answering(200, '<html>') })).toMatchObject({ code: 1 });
  expect(await why({ PORT: '0' })).toEqual({ code: 1, why: 'PORT 0 says no port to ask at' });
  expect(await why({ PORT: portOf(silent) })).toEqual({ code: 1, why: 'The operation was aborted due to timeout' });
});
