import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PendingChange, StateResource } from '../core/facts/terraform.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import { guardedProblem } from '../core/terraform-problem.ts';
import { changeLine, type Message } from '../tools/terraform/messages.ts';
import { type Origin, shown } from '../tools/terraform/problems.ts';
import * as tool from '../tools/terraform.ts';
import { outputsIn } from './terraform/outputs.ts';
import { demand, errorsOf, type Ran, run, runLocked } from './terraform/run.ts';
import { resourcesIn } from './terraform/state.ts';

type Request<More = object> = tool.Folder &
  Origin &
  More & {
    /** How long somebody else who holds the lock of the state is waited for, in s. Default: 60. */
    readonly wait?: number;
  };
type Job = (request: never, options: CallOptions) => Promise<JsonObject | Json>;

type Init = Request<{ readonly backend?: readonly string[] }>;

const init = async (request: Init, options: CallOptions): Promise<JsonObject> => {
  const { backend = [], wait } = request;
  demand(await runLocked(each => tool.init(request, backend, each), options, { wait }), request);
  return { detail: 'providers, modules and backend are set up' };
};

type Plan = Init & {
  readonly out?: string;
  readonly destroy?: boolean;
  /** The file is for the `apply` of this run alone, in a folder that nobody else can read. */
  readonly own?: boolean;
  /** False: a plan that deletes or replaces something is refused. */
  readonly acceptDeletes?: boolean;
  /** What is there already, by the type of its resource: a plan that would make it is refused. */
  readonly present?: Readonly<Record<string, Problem>>;
};

/** `empty`: nothing would change, not even an output. */
const plan = async (request: Plan, options: CallOptions): Promise<JsonObject> => {
  const { out, own } = request;
  if (out !== undefined) await mkdir(dirname(out), { recursive: true, ...(own && { mode: 0o700 }) });
  const ran = demand(await planAnyhow(request, options), request, [0, 2]);
  const empty = ran.outcome.exitCode === 0;
  // It holds every value in clear.
  if (out !== undefined) await (empty && own ? rm(out, { force: true }) : chmod(out, 0o600));
  const lines = ran.messages.filter(({ type }) => type === 'planned_change').flatMap(each => changeLine(each) ?? []);
  refusePresent(plannedIn(ran), request);
  if (request.destroy && out !== undefined && !empty) await refuseGuarded(request, out, options);
  if (request.acceptDeletes === false) refuseDeletes(ran, request);
  return { empty, changed: !empty, detail: plannedDetail(ran, empty), ...(!own && { result: lines.join('\n') }) };
};

/** In an order that is the same each time; Terraform tells them as it finds them. */
const plannedIn = ({ messages }: Ran): PendingChange[] =>
  messages
    .flatMap(message =>
      message.type === 'planned_change' && message.change && changeLine(message) !== undefined
        ? {
            action: message.change.action,
            address: message.change.resource.addr,
            type: message.change.resource.resource_type ?? '',
            importing: message.change.importing !== undefined,
          }
        : [],
    )
    .sort((a, b) => (a.address < b.address ? -1 : 1));

/** Null when Terraform cannot say: whoever changes something then hears why. */
const pending = async (request: Request, options: CallOptions): Promise<Json> => {
  const ran = await run(tool.pending(request), { ...options, onLine: undefined });
  return [0, 2].includes(ran.outcome.exitCode ?? 1) ? plannedIn(ran) : null;
};

/** Its provider would refuse it in the middle, with half of the rest gone. */
const refuseGuarded = async (request: Plan, file: string, options: CallOptions): Promise<void> => {
  const guarded = (await resources(request, options, file)).filter(each => each.guarded);
  if (guarded.length > 0) throw new BytechatError(guardedProblem(guarded, shown(request.dir, request.root)));
};

const refusePresent = (changes: readonly PendingChange[], { present = {} }: Plan): void => {
  const made = changes.filter(({ action, importing }) => action === 'create' && !importing);
  const problems = made.flatMap(({ type }) => present[type] ?? []);
  if (problems.length > 0) throw new BytechatError(problems);
};

/** Nobody has read the plan that is about to be applied. */
const refuseDeletes = ({ messages }: Ran, { dir, root }: Origin): void => {
  const lost = messages.filter(({ type, change }) => type === 'planned_change' && change && isLoss(change));
  if (lost.length === 0) return;
  throw new BytechatError({
    code: 'not-confirmed',
    message: `The plan deletes or replaces ${lost.length === 1 ? 'a resource' : `${lost.length} resources`}. Nothing was changed`,
    lines: lost.flatMap(each => changeLine(each) ?? []),
    fix: `read it and apply it: bytechat terraform plan --dir ${shown(dir, root)} --out plan.tfplan, then apply --plan plan.tfplan; or bytechat terraform apply --dir ${shown(dir, root)} --accept-deletes`,
  });
};

/** What was left half-made by a run that failed never served anybody: the next one goes on with it. */
const isLoss = ({ action, reason }: NonNullable<Message['change']>): boolean =>
  (action === 'delete' || action === 'replace') && reason !== 'tainted';

/** A folder that was initialized for another configuration is initialized again, once. */
const planAnyhow = async (request: Plan, options: CallOptions): Promise<Ran> => {
  const once = (): Promise<Ran> => runLocked(each => tool.plan(request, each), options, { wait: request.wait });
  const first = await once();
  if (first.outcome.status !== 'failed' || !errorsOf(first).some(needsInit)) return first;
  options.onLine?.('providers, modules or backend are not those of the configuration: terraform init');
  await init(request, options);
  return once();
};

const needsInit = ({ summary, detail = '' }: { readonly summary: string; readonly detail?: string }): boolean =>
  /initialization required|inconsistent dependency lock file|module not installed|missing required provider|required plugins are not installed|module source has changed/i.test(
    summary,
  ) || /run:?\s+"?terraform init/i.test(detail);

const plannedDetail = ({ messages }: Ran, empty: boolean): string => {
  if (empty) return 'nothing to do';
  const actions = messages.flatMap(({ type, change }) => (type === 'planned_change' && change ? change : []));
  const count = (...names: string[]): number => actions.filter(({ action }) => names.includes(action)).length;
  const counts = [
    [count('create', 'replace'), 'to create'],
    [count('update'), 'to change'],
    [count('delete', 'replace'), 'to delete'],
    [actions.filter(({ importing }) => importing).length, 'to import'],
    [count('move', 'remove'), 'to move or forget'],
  ] as const;
  return said(counts) || 'only outputs change';
};

const said = (counts: readonly (readonly [number, string])[]): string =>
  counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');

type Apply = Request<{
  readonly file: string;
  /** What the planning has found; absent for a plan that somebody has saved. */
  readonly empty?: boolean;
  readonly own?: boolean;
}>;

/** What the planning has told already. */
const PLANNED = ['planned_change', 'resource_drift'];

const apply = async (request: Apply, options: CallOptions): Promise<JsonObject> => {
  const { file, empty, own } = request;
  if (empty) return { changed: false, detail: 'nothing to do' };
  const how = { wait: request.wait, hidden: own ? PLANNED : [] };
  try {
    const { messages } = demand(await runLocked(each => tool.apply(request, file, each), options, how), request);
    return { detail: appliedDetail(messages) };
  } finally {
    if (own) await rm(file, { force: true });
  }
};

const appliedDetail = (messages: readonly Message[]): string => {
  const done = messages.flatMap(({ type, hook }) => (type === 'apply_complete' && hook ? hook : []));
  const count = (name: string): number => done.filter(({ action }) => action === name).length;
  const counts = [
    [count('create'), 'created'],
    [count('update'), 'changed'],
    [count('delete'), 'deleted'],
  ] as const;
  return said(counts) || 'outputs and state are written';
};

type Import = Request<tool.Importing>;

const importOne = async (request: Import, options: CallOptions): Promise<JsonObject> => {
  const { address, id } = request;
  const quiet = { ...options, onLine: undefined };
  const known = await run(tool.stateList(request, { address, id }), quiet);
  if (known.outcome.status === 'ok' && known.outcome.stdout.trim() !== '')
    return { changed: false, detail: `${address} is ${id} already` };
  const ran = await runLocked(each => tool.importing(request, each), options, { wait: request.wait });
  if (ran.outcome.status === 'failed' && /already managed by terraform/i.test(ran.outcome.stderr))
    throw new BytechatError({
      code: 'name-taken',
      message: `${address} is another object already`,
      because: `the state has one under this address, and it is not ${id}`,
      fix: `terraform -chdir=${request.dir} state show ${address} shows it; state rm lets go of it`,
    });
  demand(ran, request);
  return { detail: `${address} is ${id}` };
};

const output = async (request: Request<{ readonly reveal?: boolean }>, options: CallOptions): Promise<Json> => {
  const ran = demand(await run(tool.output(request), { ...options, onLine: undefined }), request);
  return outputsIn(ran.outcome.stdout, request.reveal ?? false);
};

/** What is managed in the state, or was when the plan was made. */
const resources = async (request: Request, options: CallOptions, file?: string): Promise<StateResource[]> => {
  const ran = demand(await run(tool.show(request, file), { ...options, onLine: undefined }), request);
  return resourcesIn(ran.outcome.stdout);
};

const state = (request: Request, options: CallOptions): Promise<Json> => resources(request, options);

const jobs: Readonly<Record<string, Job>> = { init, plan, pending, apply, import: importOne, output, state };

/** Every call names the folder (`dir`) and what paths are shown relative to (`root`). */
export const terraform: Client = async ({ method, request }, options) => {
  const job = jobs[method];
  if (!job) throw new Error(`terraform has no ${method}`);
  return job(request as never, options);
};
