import type { StateResource } from './facts/terraform.ts';
import type { Problem } from './problem.ts';

/** What its provider refuses to delete, said before anything else is gone. */
export const guardedProblem = (guarded: readonly StateResource[], folder: string): Problem => ({
  code: 'not-confirmed',
  message: `${guarded.length === 1 ? 'A resource is' : `${guarded.length} resources are`} protected from deletion. Nothing was deleted`,
  because: 'deletion_protection is true',
  lines: guarded.map(({ address }) => address),
  fix: `write deletion_protection = false into ${folder}/terraform.tfvars and apply it: bytechat terraform apply --dir ${folder}; then destroy`,
});
