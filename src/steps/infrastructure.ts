import type { Config } from '../config/config.ts';
import { gkeRef, googleRepositoryOf } from '../config/gcp.ts';
import { ofInfrastructure } from '../config/terraform.ts';
import { shownFolder } from '../config/terraform-folder.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { gke, repository } from '../core/facts/google.ts';
import {
  type InfrastructureFact,
  infrastructure,
  infrastructureState,
  type PendingChange,
  type StateResource,
  terraform,
  terraformState,
} from '../core/facts/terraform.ts';
import { called, isUp } from '../core/gke-problem.ts';
import type { JsonObject } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import type { Change, Step } from '../core/step.ts';
import { guardedProblem } from '../core/terraform-problem.ts';
import { type Infra, terraformSteps } from './terraform.ts';

/** Objects are applied too, by a step of that name. */
const APPLY = 'terraform';

const CLUSTER = 'google_container_cluster';
const REPOSITORY = 'google_artifact_registry_repository';

/**
 * What Terraform has to do before the app can run: all that its plan finds where there is no cluster yet, and afterwards what
 * configuration and state differ in. Nothing when that is nothing.
 */
export const applyInfrastructure = (config: Config, facts: Facts): Step[] => {
  const found = wantedOf(facts);
  if (isUp(need(gke, facts)) && found.pending?.length === 0) return [];
  return stepsOf(config, found, { present: presentIn(config, facts, found) }).map(step =>
    step.id === APPLY ? told(step, found) : step,
  );
};

/** All that it has made is gone then. */
export const destroyInfrastructure = (config: Config, facts: Facts): Step[] => {
  const state = need(infrastructureState, facts);
  return state?.length === 0 ? [] : stepsOf(config, wantedOf(facts), { destroy: true }, state);
};

/** Nothing is taken away, the app neither, when the cluster will not go. */
export const demandOpen = (config: Config, facts: Facts): void => {
  const guarded = (need(infrastructureState, facts) ?? []).filter(each => each.guarded);
  const { folder } = wantedOf(facts);
  if (guarded.length > 0) throw new BytechatError(guardedProblem(guarded, shownFolder(config, folder)));
};

/** What was applied has made the cluster that the file names, and it runs. */
export const findCluster = (config: Config, facts: Facts): Step => ({
  id: 'ready',
  title: `Find the cluster ${gkeRef(config).cluster}`,
  needs: [],
  changes: [],
  tells: true,
  actions: [call('gke', 'wait', { ...gkeRef(config), missing: notMade(config, wantedOf(facts)) })],
});

const wantedOf = (facts: Facts): InfrastructureFact => {
  const found = need(infrastructure, facts);
  if (found) return found;
  throw new Error('no Terraform folder was looked for');
};

const stepsOf = (
  config: Config,
  { folder }: InfrastructureFact,
  wanted: Infra,
  state: readonly StateResource[] | null = null,
): Step[] => {
  const facts = { [terraform.name]: folder, [terraformState.name]: state };
  const needs = [wanted.destroy ? infrastructureState.name : infrastructure.name];
  const steps = terraformSteps(ofInfrastructure(config), facts, wanted);
  return steps.map(step => ({ ...step, id: step.id === 'apply' ? APPLY : step.id, needs }));
};

const KINDS: Readonly<Record<string, Change['action']>> = { create: 'create', delete: 'delete', replace: 'delete' };

const WHY: Readonly<Record<string, string>> = {
  replace: 'it is replaced by a new one',
  move: 'it has another address in the configuration',
  remove: 'Terraform forgets it',
};

/** Line by line where it is known, so that it can be read before it is done. */
const told = (step: Step, { pending }: InfrastructureFact): Step =>
  pending === null || pending.length === 0 ? step : { ...step, changes: pending.map(changeOf) };

const changeOf = ({ action, address, importing }: PendingChange): Change => {
  const because = importing ? 'it exists, and Terraform takes it over' : WHY[action];
  return { action: KINDS[action] ?? 'change', what: address, ...(because !== undefined && { because }) };
};

/**
 * What is there, and would be made a second time by a state that does not know it. That is judged under the lock of the state:
 * a Terraform that is at work has made what it has not yet written down.
 */
const presentIn = (
  config: Config,
  facts: Facts,
  { folder }: InfrastructureFact,
): Readonly<Record<string, Problem & JsonObject>> => {
  const at = googleRepositoryOf(config);
  const name = shownFolder(config, folder);
  return {
    ...(need(gke, facts) && { [CLUSTER]: unknownTo(`The cluster ${called(gkeRef(config))}`, name) }),
    ...(at &&
      need(repository, facts) && {
        [REPOSITORY]: unknownTo(`The repository ${at.repository} in ${at.location}`, name),
      }),
  };
};

const unknownTo = (what: string, folder: string): Problem & JsonObject => ({
  code: 'name-taken',
  message: `${what} is there, and Terraform does not know it`,
  because: `the state of ${folder} does not have it: it would be made a second time`,
  fix: `when bytechat has made it: write adopted = true into ${folder}/terraform.tfvars, and deploy again; Terraform takes it over (docs/terraform.md)`,
});

const notMade = (config: Config, { folder }: InfrastructureFact): Problem & JsonObject => ({
  code: 'no-cluster',
  message: `There is no cluster ${called(gkeRef(config))}`,
  because: `${shownFolder(config, folder)} was applied, and has not made it`,
  fix: 'bytechat terraform output shows what it has made; let its variables name, region, zone and autopilot say what the cluster is like, or correct gcp.cluster',
});
