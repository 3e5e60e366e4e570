import { createHash } from 'node:crypto';
import { canonical, type Json } from './json.ts';

/** How many hex characters of a hash name a release or a config: 48 bits, enough to tell a project's own apart. */
const LENGTH = 12;

/** The same name for the same content. */
export const nameFor = (content: Json): string =>
  createHash('sha256').update(canonical(content)).digest('hex').slice(0, LENGTH);

/** A hash as people are shown it. */
export const short = (hash: string): string => hash.slice(0, 6);
