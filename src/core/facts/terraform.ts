import { fact } from '../fact.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';

/** The folder that `bytechat terraform` is about. */
export interface TerraformFact extends JsonObject {
  /** Absolute; empty when none was named and none is where one is looked for. */
  readonly dir: string;
  /** False when there is no such folder, or no configuration in it. */
  readonly exists: boolean;
  /** Its providers, modules and backend are set up here. */
  readonly initialized: boolean;
  readonly workspace: string;
  /** Where its state lies, for people: `gcs bytechat-state/production`; empty: not known before init. */
  readonly backend: string;
  /** Its backend leaves the bucket open, and nobody has said it yet. */
  readonly asksBucket: boolean;
  /** The variables that its configuration has. */
  readonly variables: readonly string[];
  /** Those of them that it calls sensitive. */
  readonly sensitive: readonly string[];
  /** Of the program; empty when it is not installed. */
  readonly version: string;
  /** Where one was looked for, relative to the project. */
  readonly looked: readonly string[];
}

export const terraform = fact<TerraformFact>('terraform');

/** What Terraform has made. */
export interface StateResource extends JsonObject {
  readonly address: string;
  /** Its provider refuses to delete it: `deletion_protection` is true. */
  readonly guarded: boolean;
}

/** The resources in the state; null when nobody can know before init. */
export const terraformState = fact<readonly StateResource[] | null>('terraform state');

/** One output of the state; the value of a sensitive one is null unless it was asked for. */
export interface TerraformOutput extends JsonObject {
  readonly name: string;
  readonly sensitive: boolean;
  readonly value: Json;
}

export const terraformOutputs = fact<readonly TerraformOutput[]>('terraform outputs');

/** Something that Terraform would do. */
export interface PendingChange extends JsonObject {
  /** create, update, delete, replace, import, move, remove */
  readonly action: string;
  readonly address: string;
  /** Of the resource: `google_container_cluster`. */
  readonly type: string;
  /** It exists, and would be taken into the state. */
  readonly importing: boolean;
}

/** The Terraform folder that makes the cluster and the repository of the target `gcp`. */
export interface InfrastructureFact extends JsonObject {
  readonly folder: TerraformFact;
  /** What differs between its configuration and its state; null where nobody can know before init. */
  readonly pending: readonly PendingChange[] | null;
}

/** Null when bytechat makes them itself. */
export const infrastructure = fact<InfrastructureFact | null>('infrastructure');

/** What that folder has made; null when nobody can know before init, or bytechat makes them itself. */
export const infrastructureState = fact<readonly StateResource[] | null>('infrastructure state');

/** What is wrong with the Terraform folders of the project. */
export const terraformFindings = fact<readonly (Problem & JsonObject)[]>('terraform findings');
