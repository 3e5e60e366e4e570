import type { Json, JsonObject } from '../core/json.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import { enable } from './gcp/enable.ts';
import { lookAtProject } from './gcp/project.ts';
import { lookAtRegion } from './gcp/region.ts';
import { lookAtRemains } from './gcp/remains.ts';
import type { Gcp } from './gcp/session.ts';
import { TIMING, type Timing } from './google/patience.ts';

type Asked = { readonly project: string } & JsonObject;
type Method = (request: Asked, gcp: Gcp) => Promise<Json>;

const methods: Readonly<Record<string, Method>> = {
  project: (request, gcp) => lookAtProject(request as never, gcp),
  enable: (request, gcp) => enable(request as never, gcp),
  region: (request, gcp) => lookAtRegion(request as never, gcp),
  remains: async (request, gcp) => (await lookAtRemains(request as never, gcp)) as unknown as Json,
};

/** A project of Google Cloud: whether one may work there, what its APIs and quotas are, what is in it. Over REST. */
export const createGcp =
  (timing: Timing): Client =>
  async ({ method, request }, options: CallOptions) => {
    const work = methods[method];
    if (!work) throw new Error(`gcp has no ${method}`);
    const asked = request as unknown as Asked;
    return work(asked, { project: asked.project, options, timing });
  };

export const gcp: Client = createGcp(TIMING);
