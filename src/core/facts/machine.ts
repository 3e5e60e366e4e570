import { fact } from '../fact.ts';

/** The machine that bytechat runs on. */
export interface MachineFact {
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly user: string;
  readonly host: string;
  readonly [key: string]: string;
}

export const machine = fact<MachineFact>('machine');
