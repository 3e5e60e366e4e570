import type { Json } from '../core/json.ts';
import type { Observer } from './observer.ts';
import { recordsOf } from './records.ts';

export const observeHistory: Observer = async (subject, ask) => (await recordsOf(subject, ask)) as unknown as Json;
