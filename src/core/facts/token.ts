import { fact } from '../fact.ts';
import type { JsonObject } from '../json.ts';

/** An ExecCredential with a token of Google in it: asked for by those who print it, and never kept. */
export const execCredential = fact<JsonObject>('execCredential');
