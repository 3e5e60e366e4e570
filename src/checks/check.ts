import type { Config } from '../config/config.ts';
import type { Facts } from '../core/fact.ts';
import type { Problem } from '../core/problem.ts';

/** A rule that looks at the config and the facts, and names the fix. Pure. */
export interface Check {
  readonly id: string;
  /** What it makes sure of, as a person would say it. */
  readonly title: string;
  /** The facts that it looks at. */
  readonly facts: readonly string[];
  /** `preflight`: before every change. `project`: only when somebody asks for everything, because a change does not depend on it. */
  readonly scope: 'preflight' | 'project';
  examine(config: Config, facts: Facts): readonly Problem[];
}
