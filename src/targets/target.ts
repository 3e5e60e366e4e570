import type { Config } from '../config/config.ts';
import type { Action } from '../core/action.ts';
import type { Estimate } from '../core/cost.ts';
import type { Facts } from '../core/fact.ts';
import type { Demand } from '../core/facts/demand.ts';
import type { JsonObject } from '../core/json.ts';
import type { Stage } from '../core/plan.ts';
import type { Step } from '../core/step.ts';

/** What an operation amounts to. */
export interface Decision {
  /** What it is about, when it is not the app of the config. */
  readonly app?: string;
  readonly steps: readonly Step[];
  readonly later?: readonly Stage[];
  /** The release that is to serve, and the hash of how it is run. */
  readonly release?: string;
  readonly config?: string;
  /** How it is run, for whoever rolls back to it. */
  readonly settings?: JsonObject;
  readonly leftovers?: readonly string[];
  /** What it asks of the place, when it is another than the target's own. */
  readonly demand?: Demand;
  /** Its lock and its journal are files of this machine, and not in a cluster: there is none yet, or soon none any more. */
  readonly books?: 'here';
  /** What people are told of the surroundings, when that is not the place of the target. */
  readonly context?: readonly string[];
  /** What people are told before anything runs. */
  readonly notices?: readonly string[];
  /** What the place will take for it, where it takes anything. */
  readonly costs?: Estimate;
  /** What it comes to, for whoever reads its output: the name of an image, an address. An action may know it better. */
  readonly result?: string;
  /** What a person would type when it is done. */
  readonly next?: readonly string[];
}

/** What may happen to the app's data. */
export interface DataRisk {
  /** The user accepts that what was written since a backup is lost, and wants it restored where a release needs that. */
  readonly acceptDataLoss: boolean;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly lines: number;
}

/** A place where an app can serve: the same steps, in the order that the place needs. */
export interface Target {
  readonly name: string;
  readonly summary: string;
  /** The facts that it decides on. */
  readonly facts: readonly string[];
  /** Builds what a release is made from, when that is not built from these inputs. */
  build(config: Config, facts: Facts): readonly Step[];
  deploy(config: Config, facts: Facts, options: DataRisk): Decision;
  rollback(config: Config, facts: Facts, options: DataRisk & { readonly release: string }): Decision;
  destroy(config: Config, facts: Facts, options: { readonly data: boolean }): Decision;
  /** The release that the sources and the config of now would make, and the hash of how it would be run. */
  wanted(config: Config, facts: Facts): { readonly release: string; readonly config: string };
  /** Tells the last lines of what serves, and later ones when asked to follow. */
  logs(config: Config, facts: Facts, options: LogOptions): Action;
  /** What has to run so that people on this machine reach it; it answers as `forward`. None where an address is there anyway. */
  lead?(config: Config): Action;
  /** What a deploy of what is there now asks of the place; none where nobody has to be asked. */
  demand?(config: Config, facts: Facts): Demand | undefined;
  /** What only whoever destroys looks at, besides. */
  readonly factsToDestroy?: readonly string[];
  /** Where it happens, for people: `state .bytechat`. */
  place(config: Config, facts: Facts): string;
}
