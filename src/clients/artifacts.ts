import type { Json, JsonObject } from '../core/json.ts';
import type { Client } from '../core/runner.ts';
import { deleteImages, listImages } from './artifacts/images.ts';
import { create, read, remove } from './artifacts/repository.ts';
import { type Artifacts, openArtifacts } from './artifacts/session.ts';
import { TIMING, type Timing } from './google/patience.ts';

/** Which repository. */
type Asked = { readonly project: string; readonly location: string; readonly repository: string } & JsonObject;
type Method = (request: Asked, artifacts: Artifacts) => Promise<Json>;

const methods: Readonly<Record<string, Method>> = {
  repository: read,
  create: (request, artifacts) => create(request as never, artifacts),
  images: listImages,
  delete: (request, artifacts) => deleteImages(request as never, artifacts),
  remove,
};

/** Artifact Registry, through its own SDK: what Docker's protocol has no words for. */
export const createArtifacts =
  (timing: Timing): Client =>
  async ({ method, request }, options) => {
    const work = methods[method];
    if (!work) throw new Error(`artifacts has no ${method}`);
    const asked = request as unknown as Asked;
    return work(asked, openArtifacts(asked.project, options, timing));
  };

export const artifacts: Client = createArtifacts(TIMING);
