import type { protos } from '@google-cloud/artifact-registry';
import type { RepositoryFact } from '../../core/facts/google.ts';
import { GOOGLE_LABELS, registryHost } from '../../core/google.ts';
import type { Json } from '../../core/json.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import { isRefusal, orNothing, orNull } from '../google/problems.ts';
import { type Artifacts, repositoryFact, untilDone } from './session.ts';

type IRepository = protos.google.devtools.artifactregistry.v1.IRepository;

export interface Which {
  readonly project: string;
  readonly location: string;
  readonly repository: string;
}

export interface Create extends Which {
  /** A tag leads to the same image for ever. Default true. */
  readonly immutable?: boolean;
  /** Google itself deletes what has no tag any more, day by day. Default false. */
  readonly cleanup?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

export const nameOf = ({ project, location, repository }: Which): string =>
  `projects/${project}/locations/${location}/repositories/${repository}`;

/** Null when there is none of that name, or the API is off. */
export const read = (which: Which, artifacts: Artifacts): Promise<RepositoryFact | null> =>
  orNothing(
    artifacts.ask(`read the repository ${which.repository}`, async (client, options) => {
      const [found] = await client.getRepository({ name: nameOf(which) }, options);
      return [repositoryFact(found)];
    }),
  );

/** Makes it, and waits for it. One of ours that is there is left as it is. */
export const create = async (wanted: Create, artifacts: Artifacts): Promise<Json> => {
  const doing = `create the repository ${wanted.repository}`;
  const { project, location, repository: repositoryId } = wanted;
  const request = { parent: `projects/${project}/locations/${location}`, repositoryId, repository: specOf(wanted) };
  try {
    const { name } = await artifacts.ask(doing, async (client, options) => {
      const [operation] = await client.createRepository(request, options);
      return [{ name: operation.name ?? '' }];
    });
    await untilDone(name, doing, artifacts);
  } catch (error) {
    if (!isRefusal(error, 'ALREADY_EXISTS')) throw error;
    return adopt(wanted, artifacts);
  }
  return { detail: `${registryHost(location)}/${project}/${repositoryId}` };
};

const specOf = ({ immutable = true, cleanup = false, labels }: Create): IRepository => ({
  format: 'DOCKER',
  description: 'Images of apps that bytechat deploys',
  labels: { ...labels, ...GOOGLE_LABELS },
  dockerConfig: { immutableTags: immutable },
  ...(cleanup && { cleanupPolicies: POLICIES }),
});

const UNTAGGED_DAYS = 14;
const KEPT = 10;

/** What is kept wins over what is deleted (cloud.google.com/artifact-registry/docs/repositories/cleanup-policy). */
const POLICIES: NonNullable<IRepository['cleanupPolicies']> = {
  'keep-newest': { id: 'keep-newest', action: 'KEEP', mostRecentVersions: { keepCount: KEPT } },
  'delete-untagged': {
    id: 'delete-untagged',
    action: 'DELETE',
    condition: { tagState: 'UNTAGGED', olderThan: { seconds: UNTAGGED_DAYS * 24 * 60 * 60 } },
  },
};

const adopt = async (which: Which, artifacts: Artifacts): Promise<Json> => {
  const found = await readSoon(which, artifacts);
  const problem = found ? wrongFormat(which, found) : vanished(which);
  if (problem) throw new BytechatError(problem);
  return { detail: 'it is there' };
};

/** In ms. Google makes a repository within moments. */
const SOON: readonly number[] = [500, 1000, 2000, 4000, 8000];

/** Somebody else may be making it now: then it is taken before it can be read. */
const readSoon = async (which: Which, artifacts: Artifacts): Promise<RepositoryFact | null> => {
  const { timing, options } = artifacts;
  for (const ms of SOON) {
    const found = await read(which, artifacts);
    if (found) return found;
    options.onLine?.(`the repository ${which.repository} is still being made`);
    await timing.pause(ms, options.signal);
  }
  return read(which, artifacts);
};

const wrongFormat = (which: Which, { format }: RepositoryFact): Problem | undefined =>
  format === 'DOCKER'
    ? undefined
    : {
        code: 'name-taken',
        message: `The repository ${which.repository} in ${which.location} is there already, and not for Docker`,
        because: `its format is ${format}`,
        fix: `choose another gcp.repository; ${listing(which)} shows those that are there`,
      };

const vanished = (which: Which): Problem => ({
  code: 'google-failed',
  message: `Google says that there is a repository ${which.repository} already, and does not find it`,
  because: 'somebody may just have deleted it',
  fix: `try again; ${listing(which)} shows those that are there`,
});

const listing = ({ project, location }: Which): string =>
  `gcloud artifacts repositories list --location ${location} --project ${project}`;

/** Deletes the repository with all that is in it, when it is ours; one that is gone already is as it should be. */
export const remove = async (which: Which, artifacts: Artifacts): Promise<Json> => {
  const found = await read(which, artifacts);
  if (!found) return { detail: 'it was gone already' };
  if (!found.ours) throw new BytechatError(stranger(which));
  const doing = `delete the repository ${which.repository}`;
  const operation = await orNull(
    artifacts.ask(doing, async (client, options) => {
      const [{ name }] = await client.deleteRepository({ name: nameOf(which) }, options);
      return [{ name: name ?? '' }];
    }),
  );
  if (operation) await orNull(untilDone(operation.name, doing, artifacts));
  return { detail: 'gone' };
};

const stranger = ({ project, location, repository }: Which): Problem => ({
  code: 'name-taken',
  message: `The repository ${repository} in ${location} is not of bytechat`,
  because: `it has not the label ${Object.entries(GOOGLE_LABELS).flat().join('=')}`,
  fix: `gcloud artifacts repositories delete ${repository} --location ${location} --project ${project} deletes it, when that is meant`,
});
