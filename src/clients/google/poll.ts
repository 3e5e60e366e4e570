import process from 'node:process';
import type { Timing } from './patience.ts';

const POLL_MS = 5000;
const STAND_IN_POLL_MS = 200;

/** In ms, between two looks at what Google is doing. What stands in for it does in moments what takes Google minutes. */
export const pollOf = ({ pollMs }: Timing): number =>
  pollMs ?? (process.env.BYTECHAT_GCP_ENDPOINT ? STAND_IN_POLL_MS : POLL_MS);
