/** Certificates that sign themselves, where openssl is. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TlsFiles } from '../../../../chat-app/server/tls.ts';
import { folder } from './folder.ts';

export const canSign = spawnSync('openssl', ['version']).status === 0;

export function certificate(name: string): TlsFiles {
  const dir = folder();
  const files = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') };
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const { status } = spawnSync('openssl', [...args, '-subj', `/CN=${name}`, '-keyout', files.key, '-out', files.cert]);
  expect(status).toBe(0);
  return files;
}
