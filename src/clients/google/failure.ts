import type { Json } from '../../core/json.ts';

/** Why Google did not do what it was asked, in the words of google.rpc, whichever way it was asked. */
export interface Failure {
  /** `NOT_FOUND`, `UNAVAILABLE` … (google/rpc/code.proto). */
  readonly status: string;
  readonly message: string;
  /** Of google.rpc.ErrorInfo: `SERVICE_DISABLED`, `RATE_LIMIT_EXCEEDED` …; of older APIs: `quotaExceeded`. Or empty. */
  readonly reason: string;
  /** Of google.rpc.ErrorInfo: `service`, `permission`, `activationUrl` … */
  readonly details: Readonly<Record<string, string>>;
}

/** By their numbers in gRPC. */
const STATUSES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** As google/rpc/code.proto maps them. */
const OF_HTTP: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  504: 'DEADLINE_EXCEEDED',
};

export const failure = (status: string, message: string, more: Partial<Failure> = {}): Failure => ({
  status,
  message,
  reason: '',
  details: {},
  ...more,
});

/** A `google.rpc.Status`, as an operation that has failed carries it. */
export const failureOfStatus = ({ code, message }: { readonly code?: unknown; readonly message?: unknown }): Failure =>
  failure(STATUSES[Number(code)] ?? 'UNKNOWN', String(message ?? ''));

/** What an SDK has thrown: a GoogleError, with the number of gRPC and its name before the words. */
export const failureOfThrown = (thrown: unknown): Failure => {
  const { code, message, reason = '', errorInfoMetadata = {} } = Object(thrown);
  const status = /Name resolution failed/.test(message) ? NO_SUCH_HOST : (STATUSES[code] ?? 'UNKNOWN');
  return failure(status, String(message).replace(/^\d+ [A-Z_]+: /, ''), {
    reason,
    details: errorInfoMetadata,
  });
};

interface Body {
  readonly error?: {
    readonly message?: string;
    readonly status?: string;
    readonly details?: readonly { readonly reason?: string; readonly metadata?: Readonly<Record<string, string>> }[];
    readonly errors?: readonly { readonly reason?: string }[];
  };
}

/** An answer of a REST API; Compute's are older, and name no details. */
export const failureOfAnswer = (status: number, body: Json | undefined): Failure => {
  const { error } = Object(body) as Body;
  const info = error?.details?.find(({ reason }) => reason !== undefined);
  return failure(
    error?.status ?? OF_HTTP[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'UNKNOWN'),
    error?.message ?? (typeof body === 'string' && body !== '' ? body.slice(0, 200) : `HTTP ${status}`),
    { reason: info?.reason ?? error?.errors?.[0]?.reason ?? '', details: info?.metadata ?? {} },
  );
};

/** Nobody has answered: what `fetch` and its kind throw, with the system's own code in the innermost. */
export const failureOfNetwork = (thrown: unknown): Failure => {
  const inner = innermost(thrown);
  const message = inner instanceof Error ? inner.message : String(inner);
  if (inner instanceof Error && inner.name === 'TimeoutError')
    return failure('DEADLINE_EXCEEDED', 'there was no answer in time');
  return failure(Reflect.get(Object(inner), 'code') === 'ENOTFOUND' ? NO_SUCH_HOST : 'UNAVAILABLE', message);
};

/** Not of gRPC: there is no network, or no such name. It stays so for a while, and who has begun nothing does not wait. */
export const NO_SUCH_HOST = 'NO_SUCH_HOST';

const innermost = (error: unknown): unknown => {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? innermost(error.cause) : error;
};

const PASSING = ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED', 'INTERNAL', 'ABORTED', 'CANCELLED'];

/** It may go better the next time. What a project has no more of does not come back within a minute. */
export const isPassing = (one: Failure): boolean => (PASSING.includes(one.status) || isRateLimit(one)) && !isQuota(one);

export const isRateLimit = ({ reason, message }: Failure): boolean =>
  /^(RATE_LIMIT_EXCEEDED|rateLimitExceeded|userRateLimitExceeded)$/.test(reason) ||
  /per (minute|second)/i.test(message);

/** Of things that exist, not of requests: `Insufficient regional quota to satisfy request: resource "CPUS": …`. */
export const isQuota = (one: Failure): boolean =>
  !isRateLimit(one) &&
  (one.reason === 'quotaExceeded' ||
    /insufficient (regional|project|zonal) quota|GCE_QUOTA_EXCEEDED|QUOTA_EXCEEDED|quota .*exceeded/i.test(
      one.message,
    ));

export const isApiDisabled = ({ reason, message }: Failure): boolean =>
  reason === 'SERVICE_DISABLED' ||
  reason === 'accessNotConfigured' ||
  /API has not been used in project|it is disabled\. Enable it/i.test(message);

/** Which: `compute.googleapis.com`; empty when it is not said. */
export const apiIn = ({ message, details }: Failure): string =>
  details.service ?? /([a-z]+\.googleapis\.com)/.exec(message)?.[1] ?? '';

export const isBilling = ({ reason, message }: Failure): boolean =>
  /^(BILLING_DISABLED|UREQ_PROJECT_BILLING_NOT_FOUND)$/.test(reason) ||
  /billing (must be|to be|account|is not|has not been|is disabled)|requires billing/i.test(message);
