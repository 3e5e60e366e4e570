import type { ArtifactRegistryClient, protos } from '@google-cloud/artifact-registry';
import type { RepositoryFact } from '../../core/facts/google.ts';
import { GOOGLE_LABELS } from '../../core/google.ts';
import { refusalOf } from '../google/ask.ts';
import { failureOfStatus } from '../google/failure.ts';
import { POLL } from '../google/patience.ts';
import { pollOf } from '../google/poll.ts';
import { enumName, type Session, sdkOptions, sessionsOf } from '../google/sdk.ts';

/** Artifact Registry in one project. */
export type Artifacts = Session<ArtifactRegistryClient>;

export const openArtifacts = sessionsOf('artifactregistry.googleapis.com', async project => {
  const { ArtifactRegistryClient } = await import('./artifact-registry.ts');
  return new ArtifactRegistryClient(await sdkOptions(project));
});

/** Waits for a long-running operation, by its name: its own result is not read, because what it made can be asked for. */
export const untilDone = async (name: string, doing: string, artifacts: Artifacts): Promise<void> => {
  for (;;) {
    const { done, error } = await artifacts.ask(
      doing,
      (client, options) => client.operationsClient.getOperation({ name } as never, options),
      POLL,
    );
    if (error) throw await refusalOf(failureOfStatus(error), doing, artifacts.project);
    if (done) return;
    await artifacts.timing.pause(pollOf(artifacts.timing), artifacts.options.signal);
  }
};

/** Every page of a list. */
export const everyPage = async <Item>(
  read: (pageToken: string) => Promise<{ readonly items: readonly Item[]; readonly next: string }>,
): Promise<Item[]> => {
  const all: Item[] = [];
  let token = '';
  do {
    const { items, next } = await read(token);
    all.push(...items);
    token = next;
  } while (token !== '');
  return all;
};

type IRepository = protos.google.devtools.artifactregistry.v1.IRepository;

const FORMATS = ['', 'DOCKER', 'MAVEN', 'NPM', '', 'APT', 'YUM', '', 'PYTHON', 'KFP', 'GO', 'GENERIC', 'RUBY'];

/** Its name is `projects/P/locations/L/repositories/R`. */
export const repositoryFact = ({ name, format, dockerConfig, labels, sizeBytes }: IRepository): RepositoryFact => {
  const [, , , location = '', , repository = ''] = (name ?? '').split('/');
  return {
    name: repository,
    location,
    format: enumName(format, FORMATS),
    immutable: dockerConfig?.immutableTags ?? false,
    ours: Object.entries(GOOGLE_LABELS).every(([key, value]) => labels?.[key] === value),
    sizeBytes: Number(sizeBytes ?? 0),
  };
};

const PAGE = 100;

export const listRepositories = (location: string, artifacts: Artifacts): Promise<RepositoryFact[]> => {
  const parent = `projects/${artifacts.project}/locations/${location}`;
  return everyPage(async pageToken => {
    const request = { parent, pageSize: PAGE, pageToken };
    const page = await artifacts.ask<readonly [readonly IRepository[], string]>(
      `list the repositories of ${location}`,
      async (client, options) => {
        const [items, , answer] = await client.listRepositories(request, { ...options, autoPaginate: false });
        return [[items, answer?.nextPageToken ?? '']];
      },
    );
    return { items: page[0].map(repositoryFact), next: page[1] };
  });
};
