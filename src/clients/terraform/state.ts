import type { StateResource } from '../../core/facts/terraform.ts';
import type { Json } from '../../core/json.ts';

interface Module {
  readonly resources?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly values?: Readonly<Record<string, Json>>;
  }[];
  readonly child_modules?: readonly Module[];
}

interface Shown {
  readonly values?: { readonly root_module?: Module };
  /** Of a plan: what it starts from. */
  readonly prior_state?: Shown;
}

/**
 * What is managed, of the answer of `show -json` about a state or a plan. No value of it is kept: it has secrets in clear.
 * Source: developer.hashicorp.com/terraform/internals/json-format.
 */
export const resourcesIn = (text: string): StateResource[] => {
  const { values, prior_state: prior } = JSON.parse(text) as Shown;
  return managedIn((values ?? prior?.values)?.root_module ?? {});
};

const managedIn = ({ resources = [], child_modules: modules = [] }: Module): StateResource[] => [
  ...resources
    .filter(({ mode }) => mode === 'managed')
    .map(({ address, values }) => ({ address, guarded: values?.deletion_protection === true })),
  ...modules.flatMap(managedIn),
];
