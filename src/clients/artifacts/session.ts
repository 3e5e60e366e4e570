import type { ArtifactRegistryClient, protos } from '@google-cloud/artifact-registry';
import type { RepositoryFact } from '../../core/facts/google.ts';
import { GOOGLE_LABELS } from '../../core/google.ts';
import type { CallOptions } from '../../core/runner.ts';
import { refusalOf } from '../google/ask.ts';
import { failureOfStatus } from '../google/failure.ts';
import { CALL, POLL, type Timing } from '../google/patience.ts';
import { pollOf } from '../google/poll.ts';
import { askSdk, enumName, oncePerProject, type SdkOptions, sdkOptions } from '../google/sdk.ts';

/** Artifact Registry in one project. */
export interface Artifacts {
  readonly project: string;
  readonly options: CallOptions;
  readonly timing: Timing;
  /** `doing` goes on after `Google does not let you`. `pauses`: how long it is tried for; a minute by default. */
  ask<Answer>(doing: string, work: Work<Answer>, pauses?: readonly number[]): Promise<Answer>;
}

type Work<Answer> = (client: ArtifactRegistryClient, options: SdkOptions) => Promise<readonly [Answer, ...unknown[]]>;

const clientFor = oncePerProject(async project => {
  const { ArtifactRegistryClient } = await import('./artifact-registry.ts');
  return new ArtifactRegistryClient(await sdkOptions(project));
});

export const openArtifacts = (project: string, options: CallOptions, timing: Timing): Artifacts => ({
  project,
  options,
  timing,
  ask: (doing, work, pauses = CALL) => {
    const { signal, onLine } = options;
    return askSdk(doing, async sdk => work(await clientFor(project), sdk), { project, pauses, timing, signal, onLine });
  },
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
