import { expect, test } from 'vitest';
import { execCredential } from '../../src/core/exec-credential.ts';

const lasting = { token: 'ya29.fresh', expiresAt: Date.UTC(2026, 10, 27, 21, 0, 0, 250) };

test.for([
  [undefined, 'client.authentication.k8s.io/v1'],
  ['', 'client.authentication.k8s.io/v1'],
  ['nonsense', 'client.authentication.k8s.io/v1'],
  ['null', 'client.authentication.k8s.io/v1'],
  [
    '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","spec":{}}',
    'client.authentication.k8s.io/v1beta1',
  ],
] as const)('an ExecCredential speaks the version that %j asks for', ([info, apiVersion]) => {
  expect(execCredential(lasting, info)).toEqual({
    kind: 'ExecCredential',
    apiVersion,
    status: { token: 'ya29.fresh', expirationTimestamp: '2026-11-27T21:00:00Z' },
  });
});
