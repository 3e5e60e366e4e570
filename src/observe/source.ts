import { sourceSubject } from '../config/source.ts';
import { readSource } from '../engine/source.ts';
import type { Observer } from './observer.ts';

export const observeSource: Observer = ({ config }) => readSource(sourceSubject(config));
