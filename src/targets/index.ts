import type { Config } from '../config/config.ts';
import type { TargetName } from '../core/target.ts';
import { docker } from './docker.ts';
import { gcp } from './gcp.ts';
import { kubernetes } from './kubernetes.ts';
import { local } from './local.ts';
import type { Target } from './target.ts';

/** Every place. The help, the choices and the golden plans derive from this table. */
export const targets = { local, docker, kubernetes, gcp } as const satisfies Record<TargetName, Target>;

export const targetOf = ({ target }: Pick<Config, 'target'>): Target => targets[target];
