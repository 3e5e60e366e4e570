import type { Call, Command } from './action.ts';
import type { Json } from './json.ts';

/** How a program ended. Success and failure have the same shape. */
export interface Outcome {
  readonly status: 'ok' | 'failed' | 'missing' | 'denied' | 'timeout' | 'canceled';
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Each line that a person may want to see, redacted. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** The only door to programs. A command that fails is an Outcome, not an exception. */
export interface Runner {
  run(command: Command, options?: RunOptions): Promise<Outcome>;
}

export interface CallOptions extends RunOptions {
  /** The fencing token of the lock that is held: whoever keeps state refuses a lower one than it has seen. */
  readonly token?: number | undefined;
  /** The value of a secret, for the few calls that must hand it on. */
  readonly reveal?: ((name: string) => string) | undefined;
  readonly runner?: Runner | undefined;
}

/** The only door to one API. It answers with JSON, or throws a BytechatError and nothing else. */
export type Client = (call: Call, options: CallOptions) => Promise<Json | undefined>;
