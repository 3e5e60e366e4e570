import type { protos } from '@google-cloud/artifact-registry';
import type { GoogleImageFact } from '../../core/facts/google.ts';
import type { Json } from '../../core/json.ts';
import { orNothing, orNull } from '../google/problems.ts';
import { nameOf, type Which } from './repository.ts';
import { type Artifacts, everyPage, untilDone } from './session.ts';

type IDockerImage = protos.google.devtools.artifactregistry.v1.IDockerImage;

const PAGE = 500;

/** All of them, the newest first; none where there is no such repository, or the API is off. */
export const listImages = async (which: Which, artifacts: Artifacts): Promise<GoogleImageFact[]> => {
  const found = await orNothing(everyPage(pageToken => pageOf(which, pageToken, artifacts)));
  return (found ?? []).sort((a, b) => (a.uploaded < b.uploaded ? 1 : -1));
};

const pageOf = async (which: Which, pageToken: string, artifacts: Artifacts) => {
  const request = { parent: nameOf(which), pageSize: PAGE, pageToken };
  const [items, next] = await artifacts.ask<readonly [readonly IDockerImage[], string]>(
    `list the images of ${which.repository}`,
    async (client, options) => {
      const [images, , answer] = await client.listDockerImages(request, { ...options, autoPaginate: false });
      return [[images, answer?.nextPageToken ?? '']];
    },
  );
  return { items: items.map(imageOf), next };
};

/** Its uri is `europe-west1-docker.pkg.dev/demo/apps/team/shop@sha256:…`; in names, slashes are written `%2F`. */
const imageOf = ({ name, uri, tags, imageSizeBytes, uploadTime }: IDockerImage): GoogleImageFact => {
  const [image = '', digest = ''] = decodeURIComponent((name ?? '').split('/dockerImages/')[1] ?? '').split('@');
  return {
    image,
    digest: digest || ((uri ?? '').split('@')[1] ?? ''),
    tags: [...(tags ?? [])],
    sizeBytes: Number(imageSizeBytes ?? 0),
    uploaded: uploadTime?.seconds == null ? '' : new Date(Number(uploadTime.seconds) * 1000).toISOString(),
  };
};

interface Delete extends Which {
  readonly image: string;
  readonly digests: readonly string[];
}

/** Deletes images with their tags; those that are gone already are as they should be. */
export const deleteImages = async (asked: Delete, artifacts: Artifacts): Promise<Json> => {
  for (const digest of asked.digests) await deleteOne(asked, digest, artifacts);
  return { detail: `${asked.digests.length} deleted` };
};

const deleteOne = async (asked: Delete, digest: string, artifacts: Artifacts): Promise<void> => {
  const doing = `delete an image of ${asked.repository}`;
  const name = `${nameOf(asked)}/packages/${encodeURIComponent(asked.image)}/versions/${digest}`;
  const operation = await orNull(
    artifacts.ask(doing, async (client, options) => {
      const [begun] = await client.deleteVersion({ name, force: true }, options);
      return [{ name: begun.name ?? '' }];
    }),
  );
  if (operation) await orNull(untilDone(operation.name, doing, artifacts));
};
