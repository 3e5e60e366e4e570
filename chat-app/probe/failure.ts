import type { Code } from '../protocol/failure.ts';

/** What a relay may say in a `no`, what a client may find wrong, and what keeps a probe from getting that far. */
export type ProbeCode = Code | 'usage' | 'unreachable' | 'refused' | 'closed' | 'timeout' | 'altered' | 'fault';

export class ProbeFailure extends Error {
  readonly code: ProbeCode;

  constructor(code: ProbeCode, why: string) {
    super(why);
    this.name = 'ProbeFailure';
    this.code = code;
  }
}
