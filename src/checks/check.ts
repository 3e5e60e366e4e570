import type { Config } from '../config/config.ts';
import type { Facts } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';
import type { TargetName } from '../core/target.ts';

/** A rule that looks at the config and the facts, and names the fix. Pure. */
export interface Check {
  readonly id: string;
  /** What it makes sure of, as a person would say it. */
  readonly title: string;
  /** The facts that it looks at. */
  readonly facts: readonly string[];
  /**
   * `reach`: without it nobody can even look. `made`: the same, for whoever does not make the cluster. `size`: what the
   * cluster asks of Google, and costs. `build`: an image cannot be made. `preflight`: before every change. `change`: the
   * same, and looked at only when something would change, because to look costs something. `project`: only when somebody
   * asks for everything, because a change does not depend on it.
   */
  readonly scope: 'reach' | 'made' | 'size' | 'build' | 'preflight' | 'change' | 'project';
  /** The targets that it matters for. Default: all. */
  readonly targets?: readonly TargetName[];
  /** The check that says it better, when it finds something. */
  readonly unless?: string;
  examine(config: Config, facts: Facts): readonly Problem[];
}
