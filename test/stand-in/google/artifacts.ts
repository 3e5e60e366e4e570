import { anyOf } from './protos.ts';
import { refuse } from './refusal.ts';
import { deleteIn, imagesIn, type Registry } from './registry.ts';
import { admit, type World } from './world.ts';

type Handler = (request: never) => object | Promise<object>;

interface Running {
  left: number;
  readonly type: string;
  /** The name of what it makes or deletes. */
  readonly what: string;
  readonly result: object;
  readonly onDone: () => void;
}

interface Creation {
  readonly parent: string;
  readonly repositoryId: string;
  readonly repository: object;
}

const REPOSITORY = 'google.devtools.artifactregistry.v1.Repository';
const EMPTY = 'google.protobuf.Empty';

/** google.devtools.artifactregistry.v1.ArtifactRegistry, and the google.longrunning.Operations beside it. */
export const artifactRegistry = (world: World, registry: Registry | undefined) => {
  const { repositories, images } = world;
  const running = new Map<string, Running>();

  const may = (name: string, permission: string) =>
    admit(world, {
      project: name.split('/')[1] ?? '',
      api: 'artifactregistry',
      permission: `artifactregistry.${permission}`,
    });

  /** What is being made is made also when nobody waits for it. */
  const find = (name: string) => {
    const making = beingMade(name);
    if (making) goOn(making);
    return repositories.get(name) ?? refuse('NOT_FOUND', 'Requested entity was not found.');
  };

  const beingMade = (name: string): Running | undefined =>
    [...running.values()].find(({ what, type, left }) => what === name && type === REPOSITORY && left > 0);

  const goOn = (one: Running): void => {
    one.left -= 1;
    if (one.left === 0 && !world.endings.has(kindOf(one))) one.onDone();
  };

  const begin = (work: Omit<Running, 'left'>) => {
    const [, project, , location] = work.what.split('/');
    const name = `projects/${project}/locations/${location}/operations/op-${running.size + 1}`;
    running.set(name, { left: world.polls, ...work });
    return { name, done: false };
  };

  const listed = async (parent: string) => {
    const own = images.filter(({ name }) => name.startsWith(`${parent}/`));
    return registry ? [...own, ...(await imagesIn(parent, registry))] : own;
  };

  const forget = (image: string, digest: string): boolean => {
    const at = images.findIndex(({ name }) => name.endsWith(`/dockerImages/${image}@${digest}`));
    if (at >= 0) images.splice(at, 1);
    return at >= 0;
  };

  const service = {
    createRepository: ({ parent, repositoryId, repository }: Creation) => {
      may(parent, 'repositories.create');
      const name = `${parent}/repositories/${repositoryId}`;
      if (repositories.has(name) || beingMade(name)) refuse('ALREADY_EXISTS', 'the repository already exists');
      const made = { ...repository, name, sizeBytes: 0 };
      return begin({ what: name, type: REPOSITORY, result: made, onDone: () => repositories.set(name, made) });
    },
    getRepository: ({ name }: { name: string }) => {
      may(name, 'repositories.get');
      return find(name);
    },
    listRepositories: ({ parent, pageSize, pageToken }: { parent: string; pageSize: number; pageToken: string }) => {
      may(parent, 'repositories.list');
      const own = [...repositories].filter(([name]) => name.startsWith(`${parent}/`)).map(([, each]) => each);
      return page('repositories', own, { pageSize, pageToken });
    },
    deleteRepository: ({ name }: { name: string }) => {
      may(name, 'repositories.delete');
      find(name);
      return begin({ what: name, type: EMPTY, result: {}, onDone: () => repositories.delete(name) });
    },
    listDockerImages: async ({
      parent,
      pageSize,
      pageToken,
    }: {
      parent: string;
      pageSize: number;
      pageToken: string;
    }) => {
      may(parent, 'dockerimages.list');
      find(parent);
      return page('dockerImages', await listed(parent), { pageSize, pageToken });
    },
    deleteVersion: async ({ name }: { name: string }) => {
      may(name, 'versions.delete');
      const [image = '', , digest = ''] = name.split('/').slice(-3);
      const wasThere = forget(image, digest) || (registry !== undefined && (await deleteIn(name, registry)));
      if (!wasThere) refuse('NOT_FOUND', 'Requested entity was not found.');
      return begin({ what: name, type: EMPTY, result: {}, onDone: () => {} });
    },
  };

  const operations = {
    getOperation: ({ name }: { name: string }) => {
      const found = running.get(name) ?? refuse('NOT_FOUND', `Not found: ${name}`);
      goOn(found);
      if (found.left > 0) return { name, done: false };
      const ending = world.endings.get(kindOf(found));
      if (ending) return { name, done: true, error: { code: ending.code, message: ending.message } };
      return { name, done: true, response: anyOf(found.type, found.result) };
    },
  };

  return { service: service as Record<string, Handler>, operations: operations as Record<string, Handler> };
};

const kindOf = ({ type }: Running): string => type.split('.').pop() ?? '';

const page = (
  kind: string,
  all: readonly object[],
  { pageSize, pageToken }: { pageSize: number; pageToken: string },
) => {
  const from = Number(pageToken || 0);
  const to = from + (pageSize || 100);
  return { [kind]: all.slice(from, to), nextPageToken: to < all.length ? String(to) : '' };
};
