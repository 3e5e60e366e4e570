import { BytechatError, type Code, type Problem } from '../../core/problem.ts';
import { apiIn, type Failure, isApiDisabled, isBilling, isQuota } from './failure.ts';

/** Who wanted what. */
export interface Wanted {
  /** Goes on after `Google does not let you`, and after `Could not`: `create the cluster bytechat`. */
  readonly doing: string;
  readonly project: string;
  /** Who we are, as IAM names members: `user:ann@example.com`; empty when it is not known. */
  readonly member: string;
}

/** A Problem, with what Google itself said, for those who know what to do about it. */
export class GoogleRefusal extends BytechatError {
  readonly failure: Failure;

  constructor(problem: Problem, failure: Failure) {
    super(problem);
    this.failure = failure;
  }
}

export const isRefusal = (error: unknown, status: string): error is GoogleRefusal =>
  error instanceof GoogleRefusal && error.failure.status === status;

/** Null where there is no such thing. */
export const orNull = async <Answer>(work: Promise<Answer>): Promise<Answer | null> => {
  try {
    return await work;
  } catch (error) {
    if (isRefusal(error, 'NOT_FOUND')) return null;
    throw error;
  }
};

/** Something else where the API is off, in which there is nothing then. */
export const orWhenOff = async <Answer>(work: Promise<Answer>, otherwise: Answer): Promise<Answer> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GoogleRefusal && isApiDisabled(error.failure)) return otherwise;
    throw error;
  }
};

/** Null where there is no such thing, also because its API is off. */
export const orNothing = <Answer>(work: Promise<Answer>): Promise<Answer | null> =>
  orWhenOff<Answer | null>(orNull(work), null);

const CONSOLE = 'https://console.cloud.google.com';
export const STATUS_PAGE = 'https://status.cloud.google.com';

type Writer = (failure: Failure, wanted: Wanted) => Problem;

/** The first that fits says it. */
export const problemOf: Writer = (failure, wanted) => {
  const [, write] = WRITERS.find(([fits]) => fits(failure)) ?? [];
  return (write ?? refused('google-failed'))(failure, wanted);
};

const apiDisabled: Writer = (failure, { project }) => {
  const { message, details } = failure;
  const api = apiIn(failure);
  const page = details.activationUrl ?? `${CONSOLE}/apis/library/${api}?project=${project}`;
  return {
    code: 'api-disabled',
    message: `The API ${api} of the project ${project} is off`,
    because: message,
    fix: `gcloud services enable ${api} --project ${project}, or ${page}; it takes a minute until it is on everywhere`,
  };
};

export const noBilling: Writer = ({ message }, { project }) => ({
  code: 'no-billing',
  message: `No billing account pays for the project ${project}`,
  because: message,
  fix: `link one: ${CONSOLE}/billing/linkedaccount?project=${project}, or gcloud billing projects link ${project} --billing-account <id> (gcloud billing accounts list shows yours)`,
});

/** The metric stands in quotation marks, of one kind or the other. */
const metricIn = (message: string): string => /["']([A-Z][A-Z0-9_]{2,})["']/.exec(message)?.[1] ?? '';

export const quotaExceeded: Writer = ({ message }, { doing, project }) => {
  const metric = metricIn(message);
  return {
    code: 'quota-exceeded',
    message: `The project ${project} has not enough quota to ${doing}${metric && `: ${metric}`}`,
    because: message,
    fix: `ask for more at ${CONSOLE}/iam-admin/quotas?project=${project}${metric && `&metric=${metric}`}, use less, or another region; gcloud compute regions describe <region> --project ${project} shows what is left`,
  };
};

/** The smallest of Google's roles that have it, by how the permission begins, or the API where it was missing. */
const ROLES: readonly (readonly [string, string])[] = [
  ['container.', 'roles/container.admin'],
  ['artifactregistry.', 'roles/artifactregistry.admin'],
  ['serviceusage.', 'roles/serviceusage.serviceUsageAdmin'],
  ['compute.', 'roles/compute.viewer'],
  ['resourcemanager.', 'roles/browser'],
  ['cloudresourcemanager.', 'roles/browser'],
  ['cloudbilling.', 'roles/browser'],
  ['billing.', 'roles/billing.viewer'],
  ['iam.serviceAccounts.actAs', 'roles/iam.serviceAccountUser'],
];

const roleFor = (wanted: string): string | undefined => ROLES.find(([start]) => wanted.startsWith(start))?.[1];

const permissionIn = ({ message, details }: Failure): string =>
  details.permission ?? /\b([a-z][a-zA-Z]+(?:\.[a-zA-Z]+){2,})\b(?!\.googleapis)/.exec(message)?.[1] ?? '';

const noPermission: Writer = (failure, { doing, project, member }) => {
  const permission = permissionIn(failure);
  const role = roleFor(permission) ?? roleFor(failure.details.service ?? '') ?? '<role>';
  return {
    code: 'no-permission',
    message: `Google does not let ${member.split(':')[1] ?? 'you'} ${doing}${permission && `: ${permission} is missing`}`,
    because: failure.message,
    fix: `let an owner of the project run: gcloud projects add-iam-policy-binding ${project} --member=${member || 'user:<you>'} --role=${role}, or do it at ${CONSOLE}/iam-admin/iam?project=${project}`,
  };
};

/** In Google's own words, with what to do about it. */
const refused =
  (code: Code, fix: (wanted: Wanted) => string = () => 'correct what it names, then try again'): Writer =>
  (failure, wanted) => ({
    code,
    message: `Could not ${wanted.doing}`,
    because: `${failure.message} (${failure.status})`,
    fix: fix(wanted),
  });

const again = ({ project }: Wanted): string =>
  `try again; ${STATUS_PAGE} shows whether Google has trouble, ${CONSOLE}/home/activity?project=${project} what it has done`;

const regions = ({ project }: Wanted): string =>
  `correct gcp.region or gcp.zone: gcloud compute zones list --project ${project}, or https://cloud.google.com/compute/docs/regions-zones, shows them`;

const isWrongPlace = ({ status, message }: Failure): boolean =>
  ['INVALID_ARGUMENT', 'NOT_FOUND', 'PERMISSION_DENIED'].includes(status) &&
  /\b(location|region|zone)\b.{0,60}(not (exist|found|valid|supported)|invalid|unknown)|(invalid|unknown).{0,20}\b(location|region|zone)\b/i.test(
    message,
  );

const is =
  (...statuses: readonly string[]) =>
  ({ status }: Failure): boolean =>
    statuses.includes(status);

const WRITERS: readonly (readonly [(failure: Failure) => boolean, Writer])[] = [
  [isApiDisabled, apiDisabled],
  [isBilling, noBilling],
  [isQuota, quotaExceeded],
  [is('UNAUTHENTICATED'), (failure, wanted) => notBelieved(failure, wanted)],
  [isWrongPlace, refused('invalid-value', regions)],
  [is('PERMISSION_DENIED'), noPermission],
  [is('RESOURCE_EXHAUSTED'), quotaExceeded],
  [is('DEADLINE_EXCEEDED'), refused('timed-out', again)],
  [is('INVALID_ARGUMENT'), refused('invalid-value')],
  // Whoever makes something looks then what is there, and says it.
  [is('ALREADY_EXISTS'), refused('google-failed', again)],
  [is('UNAVAILABLE', 'INTERNAL', 'ABORTED', 'CANCELLED', 'UNKNOWN'), refused('google-failed', again)],
  [is('NO_SUCH_HOST'), refused('google-failed', () => 'connect this machine to the internet, then try again')],
];

const LOG_IN =
  'gcloud auth application-default login; or name the file of a service account or of a workload identity in GOOGLE_APPLICATION_CREDENTIALS';

const notBelieved: Writer = ({ message }, { doing }) => ({
  code: 'no-credentials',
  message: `Google does not accept the credentials to ${doing}`,
  because: message,
  fix: `log in again: ${LOG_IN}`,
});

/** `words`: of google-auth-library, or of whoever it asked. */
export const noCredentials = (words: string): Problem => ({
  code: 'no-credentials',
  message: /could not load the default credentials/i.test(words)
    ? 'No credentials for Google Cloud are here'
    : 'The credentials for Google Cloud give no access token',
  because: words,
  fix: LOG_IN,
});
