/** Everything that can be refused has a code: e2ee/1, sections 8 (on the wire) and 13 (what each one shows). */

/** What a relay may say in a `no`. */
export const WIRE_CODES = [
  'bundle-format',
  'bundle-version',
  'bundle-room',
  'bundle-name',
  'bundle-expired',
  'bundle-key',
  'bundle-sig',
  'bundle-rollback',
  'clock',
  'proof',
  'door',
  'duplicate-member',
  'name-taken',
  'full',
  'slow-down',
  'removed',
  'duplicate',
  'stale-roster',
  'not-alone',
  'too-big',
  'unavailable',
  'bad-frame',
] as const;

/** What only a client finds out. */
export const LOCAL_CODES = [
  'insecure-context',
  'no-storage',
  'tab-active',
  'suite',
  'bundle-replayed',
  'roster-too-big',
  'key-changed',
  'verified-key-changed',
  'roster-mismatch',
  'envelope-auth',
  'chain-commit',
  'no-chain',
  'unknown-sender',
  'not-for-me',
  'msg-sig',
  'msg-auth',
  'sender-mismatch',
  'msg-format',
  'too-far',
  'chain-reused',
  'replay',
  'log-gap',
  'log-rollback',
  'own-altered',
  'fork',
  'alone',
  'plain-refused',
] as const;

export type WireCode = (typeof WIRE_CODES)[number];
export type Code = WireCode | (typeof LOCAL_CODES)[number];

/** The one error that protocol and crypto raise. `detail` is for people who look closer: a name, a number, never text of a line. */
export class Failure extends Error {
  readonly code: Code;
  readonly detail: string;

  constructor(code: Code, detail = '') {
    super(detail ? `${code}: ${detail}` : code);
    this.name = 'Failure';
    this.code = code;
    this.detail = detail;
  }
}

export function fail(code: Code, detail?: string): never {
  throw new Failure(code, detail);
}

export const isWireCode = (code: string): code is WireCode => (WIRE_CODES as readonly string[]).includes(code);
