import { join } from 'node:path';
import { short } from '../core/hash.ts';
import type { Json } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import { askAt, type Where } from './ask.ts';

interface GuardRequest {
  /** Where the release that is to serve answers while it stands by. */
  readonly at: Where;
  /** The release that serves now; empty when none does. */
  readonly from: string;
  readonly to: string;
  readonly accept: boolean;
  /** The folder where copies of the data are kept; none where they are known by their names. */
  readonly backups?: string;
}

/** What a release says of the data in its answer to `GET /readyz` while it stands by. */
interface DataReport {
  /** It would change their form. */
  readonly migrates?: boolean;
  /** The release before could still read them then. */
  readonly back?: boolean;
  /** They were written by a later release, and it cannot read them. */
  readonly tooNew?: boolean;
}

const TIMEOUT_MS = 10_000;

/** Asks a release that stands by what it would do to the data, and refuses what could not be undone. */
export const data: Client = async ({ method, request }, options) => {
  if (method !== 'guard') throw new Error(`data has no ${method}`);
  return guard(request as unknown as GuardRequest, options);
};

const guard = async (request: GuardRequest, options: CallOptions): Promise<Json> => {
  const { migrates = false, back = true, tooNew = false } = await reportOf(request.at, options);
  if (tooNew) throw new BytechatError(tooNewProblem(request));
  const oneWay = migrates && !back && request.from !== '';
  if (oneWay && !request.accept) throw new BytechatError(oneWayProblem(request));
  const backup = migrates && request.from !== '' ? nameIn(request, stamp()) : '';
  return { backup, oneWay };
};

const nameIn = ({ backups, from }: GuardRequest, at: string): string =>
  backups === undefined ? `${from}-${at}` : join(backups, `${from}-${at}`);

const stamp = (): string => new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 15);

/** An app that says nothing of its data leaves them as they are. */
const reportOf = async (at: Where, options: CallOptions): Promise<DataReport> => {
  const { body } = await askAt(at, { path: '/readyz', timeoutMs: TIMEOUT_MS }, options);
  try {
    return (JSON.parse(body) as { data?: DataReport }).data ?? {};
  } catch {
    return {};
  }
};

const oneWayProblem = ({ from, to }: GuardRequest): Problem => ({
  code: 'data-one-way',
  message: `${short(to)} changes the data so that ${short(from)} cannot read them any more`,
  because: 'a rollback would then need the data of before. Nothing was changed',
  fix: 'bytechat deploy --accept-data-loss keeps a copy of the data first, and goes on',
});

const tooNewProblem = ({ to }: GuardRequest): Problem => ({
  code: 'data-too-new',
  message: `${short(to)} cannot read the data, which a later release has written`,
  because: 'what serves goes on serving',
  fix: 'bytechat rollback --accept-data-loss goes back to the data of then, where a copy was kept',
});
