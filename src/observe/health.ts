import { join } from 'node:path';
import type { Json, JsonObject } from '../core/json.ts';
import type { Observer } from './observer.ts';
import { observeServing } from './serving.ts';

/** Asks what serves, each check once. Nothing when nothing serves. */
export const observeHealth: Observer = async (subject, ask) => {
  const { url, release } = (await observeServing(subject, ask)) as { url: string; release: string };
  if (release === '') return [];
  const { app, state } = subject.config;
  const request = {
    checks: app.health as unknown as JsonObject[],
    at: { url },
    folder: join(state, 'releases', release),
  };
  return ((await ask.call('health', 'look', request)) ?? []) as Json;
};
