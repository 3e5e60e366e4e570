import type { protos } from '@google-cloud/container';
import { consoleOf, gcloud } from '../../core/gke-problem.ts';
import type { GkeRef } from '../../core/google.ts';
import type { Problem } from '../../core/problem.ts';
import { failure, failureOfStatus, isQuota } from '../google/failure.ts';
import { quotaExceeded } from '../google/problems.ts';
import { enumName } from '../google/sdk.ts';
import type { IOperation } from './describe.ts';
import { kindOf } from './progress.ts';

type Condition = protos.google.container.v1.IStatusCondition;

const CONDITIONS = ['UNKNOWN', 'GCE_STOCKOUT', 'GKE_SERVICE_ACCOUNT_DELETED', 'GCE_QUOTA_EXCEEDED'];

/** How an operation that is DONE has failed; undefined when it has not. Google says it in up to three places. */
export const problemIn = (operation: IOperation, ref: GkeRef): Problem | undefined => {
  const conditions = [...(operation.clusterConditions ?? []), ...(operation.nodepoolConditions ?? [])];
  const code = Number(operation.error?.code ?? 0);
  const words = [operation.statusMessage, operation.error?.message, ...conditions.map(({ message }) => message)];
  const because = [...new Set(words.map(word => word ?? ''))].filter(word => word !== '').join('; ');
  if (code === 0 && conditions.length === 0 && !operation.statusMessage) return undefined;
  return write({ because, conditions, code, doing: kindOf(operation, ref) }, ref);
};

interface Failed {
  readonly because: string;
  readonly conditions: readonly Condition[];
  /** Of gRPC; 0 when there is none. */
  readonly code: number;
  readonly doing: string;
}

const write = ({ because, conditions, code, doing }: Failed, ref: GkeRef): Problem => {
  const names = conditions.map(each => enumName(each.code, CONDITIONS));
  const { status } = failureOfStatus({ code });
  const said = failure(status, because);
  const fix = `remove it with bytechat gke delete, or ${gcloud('delete', ref)}; ${consoleOf(ref)} shows it`;
  if (names.includes('GCE_QUOTA_EXCEEDED') || status === 'RESOURCE_EXHAUSTED' || isQuota(said)) {
    const problem = quotaExceeded(said, { doing: `go on with ${doing}`, project: ref.project, member: '' });
    return { ...problem, fix: `${problem.fix}; then ${fix}` };
  }
  const stockout = names.includes('GCE_STOCKOUT') ? 'Google has no such machines there now: choose another zone. ' : '';
  return {
    code: 'cluster-refused',
    message: `Google has failed at ${doing}`,
    because: because || `it ended with ${status}`,
    fix: `${stockout}correct what it names; ${fix}, and try again`,
  };
};
