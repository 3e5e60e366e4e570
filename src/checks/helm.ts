import { need } from '../core/fact.ts';
import { helmProgram } from '../core/facts/preflight.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

/** The first whose template for `version` we read, and that knows `--description` for every verb. */
const LOWEST = [3, 14] as const;

export const helmThere: Check = {
  id: 'helm',
  title: 'Helm is there and new enough, where it is used',
  facts: [helmProgram.name],
  scope: 'change',
  targets: clusterTargets,
  examine(_config, facts) {
    const version = need(helmProgram, facts);
    if (version === null) return [];
    const fix = 'install a newer one: https://helm.sh/docs/intro/install; or set kubernetes.via to manifests';
    if (version === '')
      return [{ code: 'tool-missing', message: 'helm is not installed, and kubernetes.via is helm', fix }];
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > LOWEST[0] || (major === LOWEST[0] && minor >= LOWEST[1])) return [];
    return [{ code: 'tool-missing', message: `Helm ${version} is older than ${LOWEST.join('.')}`, fix }];
  },
};
