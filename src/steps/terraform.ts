import { join, relative } from 'node:path';
import type { Config } from '../config/config.ts';
import { terraformRequest } from '../config/terraform.ts';
import { shownFolder } from '../config/terraform-folder.ts';
import { type Action, call, thatRuns } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { type TerraformFact, terraform, terraformState } from '../core/facts/terraform.ts';
import { nameFor } from '../core/hash.ts';
import type { JsonObject } from '../core/json.ts';
import type { Problem } from '../core/problem.ts';
import type { Change, Step } from '../core/step.ts';
import * as tool from '../tools/terraform.ts';

/** What is wanted of a Terraform folder: its configuration applied, or all of it gone. */
export interface Infra {
  readonly destroy?: boolean;
  /** Go on although the plan deletes or replaces what is there. */
  readonly acceptDeletes?: boolean;
  /** A plan that somebody has saved and read, absolute: it is applied, and nothing planned. */
  readonly plan?: string | undefined;
  /** What is there already, by the type of its resource, and why it must not be made. */
  readonly present?: Readonly<Record<string, Problem & JsonObject>>;
}

/** Init when it is needed, plan to a file, apply that file. Nothing is applied when the plan is empty. */
export const terraformSteps = (config: Config, facts: Facts, wanted: Infra = {}): Step[] => {
  const folder = need(terraform, facts);
  return [
    ...(folder.initialized ? [] : initFolder(config, folder)),
    ...(wanted.plan === undefined ? planned(config, facts, wanted) : [applySaved(config, folder, wanted.plan)]),
  ];
};

export const initFolder = (config: Config, folder: TerraformFact): Step[] => [
  {
    id: 'init',
    title: `Set up the providers, modules and backend of ${shownFolder(config, folder)}`,
    needs: [],
    changes: [],
    actions: [initial(terraformRequest(config, folder))],
  },
];

/** Of each folder one, in a folder that only its owner can read: it holds values in clear. */
const planFile = ({ state }: Config, { dir }: TerraformFact): string =>
  join(state, 'terraform', `${nameFor(dir)}.tfplan`);

const planned = (
  config: Config,
  facts: Facts,
  { destroy = false, acceptDeletes = false, present = {} }: Infra,
): Step[] => {
  const folder = need(terraform, facts);
  const file = planFile(config, folder);
  const name = shownFolder(config, folder);
  const request = {
    ...terraformRequest(config, folder),
    out: file,
    own: true,
    ...(destroy ? { destroy } : { acceptDeletes, ...(Object.keys(present).length > 0 && { present }) }),
  };
  return [
    {
      id: 'plan',
      title: destroy ? `Plan the end of ${name}` : `Plan ${name}`,
      needs: [terraform.name],
      changes: [],
      actions: [thatRuns(tool.plan(request, WAIT_S), call('terraform', 'plan', request, 'plan'))],
      tells: true,
    },
    {
      id: 'apply',
      title: destroy ? `Delete what ${name} has made` : `Apply the plan of ${name}`,
      needs: [terraform.name],
      changes: destroy ? deletions(facts, name) : [{ action: 'change', what: `what the plan of ${name} finds` }],
      actions: [applying(config, folder, { file, own: true, empty: { $value: 'plan.empty' } })],
      tells: true,
    },
  ];
};

const deletions = (facts: Facts, name: string): Change[] =>
  (need(terraformState, facts)?.map(({ address }) => address) ?? [`what the state of ${name} has`]).map(what => ({
    action: 'delete',
    what,
  }));

/** How long somebody who holds the lock of the state is waited for, in s. */
const WAIT_S = 60;

const initial = (request: ReturnType<typeof terraformRequest>): Action =>
  thatRuns(tool.init(request, request.backend ?? [], WAIT_S), call('terraform', 'init', request));

const applying = ({ root }: Config, { dir }: TerraformFact, how: JsonObject & { readonly file: string }): Action =>
  thatRuns(tool.apply({ dir }, how.file, WAIT_S), call('terraform', 'apply', { dir, root, ...how }));

const applySaved = (config: Config, folder: TerraformFact, file: string): Step => ({
  id: 'apply',
  title: `Apply the saved plan ${relative(config.root, file)}`,
  needs: [terraform.name],
  changes: [{ action: 'change', what: `what ${relative(config.root, file)} says` }],
  actions: [applying(config, folder, { file })],
  tells: true,
});

/** The plan alone, for people to read, and in a file when they want to have it applied later. */
export const showPlan = (config: Config, facts: Facts, out: string | undefined): Step[] => {
  const folder = need(terraform, facts);
  const request = { ...terraformRequest(config, folder), ...(out !== undefined && { out }) };
  return [
    ...(folder.initialized ? [] : initFolder(config, folder)),
    {
      id: 'plan',
      title: `Plan ${shownFolder(config, folder)}`,
      needs: [],
      changes: [],
      actions: [thatRuns(tool.plan(request, WAIT_S), call('terraform', 'plan', request))],
      tells: true,
    },
  ];
};

export interface Imported {
  readonly address: string;
  readonly id: string;
}

export const importObject = (config: Config, facts: Facts, { address, id }: Imported): Step[] => {
  const folder = need(terraform, facts);
  const request = { ...terraformRequest(config, folder), address, id };
  return [
    ...(folder.initialized ? [] : initFolder(config, folder)),
    {
      id: 'import',
      title: `Take ${id} into the state as ${address}`,
      needs: [terraform.name],
      changes: [{ action: 'change', what: `state of ${shownFolder(config, folder)}`, because: `${address} is ${id}` }],
      actions: [thatRuns(tool.importing(request, WAIT_S), call('terraform', 'import', request))],
    },
  ];
};
