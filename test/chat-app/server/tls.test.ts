import { once } from 'node:events';
import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Log } from '../../../chat-app/server/log.ts';
import { jsonLog } from '../../../chat-app/server/log.ts';
import type { TlsFiles } from '../../../chat-app/server/tls.ts';
import { readTls, reloadTls } from '../../../chat-app/server/tls.ts';
import { canSign, certificate } from './support/certificate.ts';
import { folder } from './support/folder.ts';
import type { Guest } from './support/guest.ts';
import { guest } from './support/guest.ts';
import { running } from './support/relay.ts';

async function nameAt(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

test.runIf(canSign)('serves https and wss from files, and stops in order', async () => {
  const relay = await running({ tls: certificate('first') });
  const { port } = relay.app.server.address() as AddressInfo;
  expect(await nameAt(port)).toBe('first');
  const url = `wss://127.0.0.1:${port}/ws`;
  const one: Guest = await guest(url, 'alice', { connect: { rejectUnauthorized: false } });
  await one.join();
  await relay.stop();
  expect(await one.wire.closed).toBe(1012);
});

test.runIf(canSign)(
  'a renewed pair is used at once; a wrong one is logged once and the last good one stays',
  async () => {
    const files = certificate('first');
    const lines: { level: string; msg: string }[] = [];
    let wake = () => {};
    const log: Log = jsonLog('info', text => {
      lines.push(JSON.parse(text));
      wake();
    });
    const until = async (count: number) => {
      while (lines.length < count) await new Promise<void>(resolve => (wake = resolve));
    };
    const server = createServer(readTls(files));
    onTestFinished(() => void server.close());
    reloadTls(server, files, log, 5);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    writeFileSync(files.key, 'half a key');
    await until(1);
    expect(lines[0]).toMatchObject({ level: 'error' });
    expect(await nameAt(port)).toBe('first');
    const next = certificate('second');
    copyFileSync(next.key, files.key);
    copyFileSync(next.cert, files.cert);
    while (lines.at(-1)?.level !== 'info') await until(lines.length + 1);
    expect(await nameAt(port)).toBe('second');
  },
);

/** As a kubelet mounts a Secret: the files are links into `..data`, a link to a folder that is never written again. */
function mountedSecret(first: TlsFiles): { files: TlsFiles; change(next: TlsFiles): void } {
  const mount = folder();
  const fill = (version: string, { cert, key }: TlsFiles) => {
    mkdirSync(join(mount, version));
    copyFileSync(cert, join(mount, version, 'tls.crt'));
    copyFileSync(key, join(mount, version, 'tls.key'));
  };
  fill('..data_1', first);
  symlinkSync('..data_1', join(mount, '..data'));
  for (const name of ['tls.crt', 'tls.key']) symlinkSync(join('..data', name), join(mount, name));
  return {
    files: { cert: join(mount, 'tls.crt'), key: join(mount, 'tls.key') },
    change: next => {
      fill('..data_2', next);
      symlinkSync('..data_2', join(mount, '..data_tmp'));
      renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
      rmSync(join(mount, '..data_1'), { recursive: true });
    },
  };
}

test.runIf(canSign)('a Secret that changes where it is mounted is served, and who is there stays', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const secret = mountedSecret(certificate('first'));
  const relay = await running({ tls: secret.files });
  const { port } = relay.app.server.address() as AddressInfo;
  const url = `wss://127.0.0.1:${port}/ws`;
  const connect = { rejectUnauthorized: false };
  const one = await guest(url, 'alice', { connect });
  await one.join();
  secret.change(certificate('second'));
  vi.advanceTimersByTime(10_000);
  expect(relay.logged.map(({ msg }) => msg)).toContain('the certificate was read again');
  expect(await nameAt(port)).toBe('second');
  const two = await guest(url, 'bob', { connect });
  await two.join();
  await one.wire.hears('join');
  expect(relay.logged.filter(({ level }) => level === 'error')).toEqual([]);
});

test.runIf(canSign)('files that cannot be used are a problem with their names', () => {
  const files = certificate('first');
  const other = certificate('second');
  for (const wrong of [
    { ...files, cert: '/nowhere' },
    { ...files, key: other.key },
  ]) {
    expect(() => readTls(wrong)).toThrow(expect.objectContaining({ code: 'tls' }));
    expect(() => readTls(wrong)).toThrow(/TLS_CERT .* TLS_KEY/);
  }
});
