import { objectName } from '../config/cluster.ts';
import type { Config } from '../config/config.ts';
import { need } from '../core/fact.ts';
import type { Right } from '../core/facts/demand.ts';
import { access } from '../core/facts/preflight.ts';
import { nameFor } from '../core/hash.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

export const permissions: Check = {
  id: 'permissions',
  title: 'You may do all that a deploy does',
  facts: [access.name],
  scope: 'change',
  targets: clusterTargets,
  examine(config, facts) {
    const { missing, user } = need(access, facts);
    if (missing.length === 0) return [];
    const who = user === '' ? 'You' : user;
    return [
      {
        code: 'no-permission',
        message: `${who} may not do all that a deploy needs in ${config.kubernetes.namespace}`,
        because: `the cluster refuses ${missing.length} of its rights, which are below`,
        lines: missing.map(rightAsText),
        fix: `let an administrator run: ${grantCommand(config, missing, user)}`,
      },
    ];
  },
};

/** `create deployments.apps`, `get pods/log`. */
export const rightAsText = ({ verb, resource, group }: Right): string =>
  `${verb} ${resourceAsText({ resource, group })}`;

/** kubectl writes what is below a resource last: `deployments.apps/scale`. */
const resourceAsText = ({ resource, group }: Pick<Right, 'resource' | 'group'>): string => {
  const [name = '', below] = resource.split('/');
  return [group === '' ? name : `${name}.${group}`, ...(below === undefined ? [] : [below])].join('/');
};

/** One command line that grants just this: a Role for each set of verbs, because all verbs of one go for all its resources. */
export const grantCommand = (config: Config, missing: readonly Right[], user: string): string => {
  const { namespace } = config.kubernetes;
  const makes = missing.some(({ everywhere }) => everywhere) ? [`kubectl create namespace ${namespace}`] : [];
  const here = missing.filter(({ everywhere }) => !everywhere);
  const grants = rolesFor(here).flatMap(({ verbs, resources }) => {
    const name = `${objectName(config)}-deploy-${nameFor({ verbs, resources, user }).slice(0, SHORT)}`;
    const rules = `--verb=${verbs.join(',')} --resource=${resources.join(',')}`;
    return [
      `kubectl create role ${name} -n ${namespace} ${rules}`,
      `kubectl create rolebinding ${name} -n ${namespace} --role=${name} ${subjectOf(user)}`,
    ];
  });
  return [...makes, ...grants].join(' && ');
};

/** A role that is there already, for fewer rights, is another one. */
const SHORT = 6;

interface Role {
  readonly verbs: string[];
  readonly resources: string[];
}

const rolesFor = (missing: readonly Right[]): Role[] => {
  const verbsOf = Map.groupBy(missing, resourceAsText);
  const sets = Map.groupBy([...verbsOf], ([, rights]) => rights.map(({ verb }) => verb).join(','));
  return [...sets].map(([verbs, resources]) => ({
    verbs: verbs.split(','),
    resources: resources.map(([name]) => name),
  }));
};

const ACCOUNT = 'system:serviceaccount:';

const subjectOf = (user: string): string => {
  if (user === '') return '--user="$(kubectl auth whoami -o jsonpath={.status.userInfo.username})"';
  return user.startsWith(ACCOUNT) ? `--serviceaccount=${user.slice(ACCOUNT.length)}` : `--user='${user}'`;
};
