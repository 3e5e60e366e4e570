import type { ProjectFact } from '../../core/facts/google.ts';
import type { JsonObject } from '../../core/json.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import { failure, isApiDisabled } from '../google/failure.ts';
import { accountOf } from '../google/identity.ts';
import { GLANCE } from '../google/patience.ts';
import { GoogleRefusal, noBilling } from '../google/problems.ts';
import { accessToken } from '../google/token.ts';
import { askGcp, type Gcp, SERVICE_USAGE } from './session.ts';

interface Asked {
  readonly project: string;
  readonly apis: readonly string[];
}

/** What one question came to: what it found, or why it found nothing. */
interface Found<Value> {
  readonly value?: Value;
  readonly refusal?: GoogleRefusal;
}

/** Whether one can work in the project; whatever stands against it is in the fact, all of it at once, and never thrown. */
export const lookAtProject = async ({ project, apis }: Asked, gcp: Gcp): Promise<ProjectFact> => {
  const nobody = await reasonsOf(accessToken(gcp.options));
  if (nobody) return { ...NOTHING, id: project, problems: nobody as ProjectFact['problems'] };
  const [account, self, payer, services] = await Promise.all([
    accountOf(),
    found<Self>(readProject(gcp)),
    found<Payer>(readBilling(gcp)),
    found<Services>(readServices(apis, gcp)),
  ]);
  return {
    id: project,
    number: numberOf(self.value, services.value),
    account,
    // What cannot be read is not taken for a no: its problem is told in its own words.
    billing: payer.value?.billingEnabled ?? payer.refusal !== undefined,
    apis: enabledIn(services.value),
    problems: problemsOf(project, { self, payer, services }) as ProjectFact['problems'],
  };
};

const NOTHING: ProjectFact = { id: '', number: '', account: '', billing: false, apis: [], problems: [] };

const reasonsOf = async (work: Promise<unknown>): Promise<readonly Problem[] | undefined> => {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof BytechatError) return error.problems;
    throw error;
  }
};

const found = async <Value>(work: Promise<Value>): Promise<Found<Value>> => {
  try {
    return { value: await work };
  } catch (error) {
    if (error instanceof GoogleRefusal) return { refusal: error };
    throw error;
  }
};

/** cloudresourcemanager.googleapis.com/v3. */
interface Self {
  readonly name?: string;
  readonly state?: string;
}

const readProject = (gcp: Gcp): Promise<Self> => {
  const path = `/v3/projects/${gcp.project}`;
  return askGcp({ host: 'cloudresourcemanager.googleapis.com', path, doing: 'read the project' }, gcp, GLANCE);
};

/** cloudbilling.googleapis.com/v1. A `false` may be left out. */
interface Payer {
  readonly billingEnabled?: boolean;
}

const readBilling = (gcp: Gcp): Promise<Payer> => {
  const path = `/v1/projects/${gcp.project}/billingInfo`;
  const doing = 'see whether the project has billing';
  return askGcp({ host: 'cloudbilling.googleapis.com', path, doing }, gcp, GLANCE);
};

/** serviceusage.googleapis.com/v1. Their names have the project's number: `projects/1234/services/container.googleapis.com`. */
interface Services {
  readonly services?: readonly { readonly name?: string; readonly state?: string }[];
}

const readServices = async (apis: readonly string[], gcp: Gcp): Promise<Services> => {
  if (apis.length === 0) return {};
  const names = apis.map(api => `names=projects/${gcp.project}/services/${api}`).join('&');
  const path = `/v1/projects/${gcp.project}/services:batchGet?${names}`;
  return askGcp({ host: SERVICE_USAGE, path, doing: 'see which APIs are on' }, gcp, GLANCE);
};

const numberOf = (self: Self | undefined, services: Services | undefined): string =>
  (self?.name ?? services?.services?.[0]?.name ?? '').split('/')[1] ?? '';

const enabledIn = (services: Services | undefined): string[] =>
  (services?.services ?? [])
    .filter(({ state }) => state === 'ENABLED')
    .map(({ name = '' }) => name.split('/').pop() ?? '');

interface Answers {
  readonly self: Found<Self>;
  readonly payer: Found<Payer>;
  readonly services: Found<Services>;
}

const problemsOf = (project: string, { self, payer, services }: Answers): readonly Problem[] => {
  if (isUnseen(self) && (isUnseen(services) || services.value === undefined)) return [noProject(project, self)];
  if (self.value?.state === 'DELETE_REQUESTED') return [goingAway(project)];
  const refusals = [softened(self), softened(payer), services.refusal?.problem];
  const unpaid = payer.value && payer.value.billingEnabled !== true ? [withoutBilling(project)] : [];
  return unique([...refusals.filter(problem => problem !== undefined), ...unpaid]);
};

/** Google does not tell strangers which projects exist: it says the same of one that is not there. */
const isUnseen = ({ refusal }: Found<unknown>): boolean =>
  refusal !== undefined &&
  ['PERMISSION_DENIED', 'NOT_FOUND'].includes(refusal.failure.status) &&
  !isApiDisabled(refusal.failure);

/** In a new project the two APIs that would tell about it are off; one can work there all the same. */
const softened = ({ refusal }: Found<unknown>): Problem | undefined =>
  refusal && isApiDisabled(refusal.failure) ? { ...refusal.problem, level: 'warning' } : refusal?.problem;

/** Three questions that nobody answers are one problem. */
const unique = (problems: readonly Problem[]): readonly Problem[] => {
  const seen = new Map(problems.map(problem => [JSON.stringify([problem.code, problem.because]), problem]));
  return [...seen.values()];
};

const noProject = (project: string, { refusal }: Found<unknown>): Problem & JsonObject => ({
  code: 'no-project',
  message: `There is no project ${project}, or you may not see it`,
  because: refusal?.failure.message ?? '',
  fix: `correct gcp.project (gcloud projects list shows yours), or let its owner give you a role: https://console.cloud.google.com/iam-admin/iam?project=${project}`,
});

const goingAway = (project: string): Problem => ({
  code: 'no-project',
  message: `The project ${project} is being deleted`,
  because: 'its state is DELETE_REQUESTED: it can be had back for 30 days',
  fix: `gcloud projects undelete ${project}, or choose another in gcp.project`,
});

const withoutBilling = (project: string): Problem =>
  noBilling(failure('FAILED_PRECONDITION', 'billingEnabled is false'), { doing: '', project, member: '' });
