import { fact } from '../fact.ts';

/** The machine that bytechat runs on. */
export interface MachineFact {
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  /** Bytes that may still be written where the state is kept. */
  readonly diskFree: number;
  readonly user: string;
  readonly host: string;
  /** False when the state folder cannot be written. */
  readonly writable: boolean;
  readonly [key: string]: string | number | boolean;
}

export const machine = fact<MachineFact>('machine');
