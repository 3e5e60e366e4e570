import type { GkeRef } from '../core/google.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Client } from '../core/runner.ts';
import { remove, update } from './gke/change.ts';
import { create } from './gke/create.ts';
import { describe, list } from './gke/describe.ts';
import { type Gke, openGke } from './gke/session.ts';
import { wait } from './gke/wait.ts';
import { TIMING, type Timing } from './google/patience.ts';

type Asked = GkeRef & JsonObject;
type Method = (request: Asked, gke: Gke) => Promise<Json>;

const methods: Readonly<Record<string, Method>> = {
  describe,
  list: (_request, gke) => list(gke),
  create: (request, gke) => create(request as never, gke),
  update: (request, gke) => update(request as never, gke),
  delete: remove,
  wait,
};

/** Google Kubernetes Engine, through its own SDK. What takes minutes is begun by one call, and waited for by another. */
export const createGke =
  (timing: Timing): Client =>
  async ({ method, request }, options) => {
    const work = methods[method];
    if (!work) throw new Error(`gke has no ${method}`);
    const asked = request as unknown as Asked;
    return work(asked, openGke(asked.project, options, timing));
  };

export const gke: Client = createGke(TIMING);
