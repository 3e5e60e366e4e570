import { objectName } from '../../config/cluster.ts';
import type { Config } from '../../config/config.ts';
import { type Facts, need } from '../../core/fact.ts';
import { live } from '../../core/facts/cluster.ts';
import { stored } from '../../core/facts/registry.ts';
import { objectKey } from '../../core/kube.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import type { Step } from '../../core/step.ts';
import { cleanCluster } from '../clean-cluster.ts';
import { applyObjects, objectChanges, type Wanted, waitForPods } from '../cluster.ts';
import { shownFields } from './about.ts';
import type { ObjectDiff } from './diff.ts';

interface Applied {
  readonly app: string;
  readonly release: string;
  readonly config: string;
  readonly steps: readonly Step[];
}

/** What deploy does between the push and the proof: no line of history, and the next deploy proves it. */
export const applyApp = (config: Config, facts: Facts, wanted: Wanted): Applied => {
  const problems = [
    ...notByHelm(config),
    ...(need(stored, facts) === '' ? [notPushed(config)] : []),
    ...taken(config, facts),
  ];
  if (problems.length > 0) throw new BytechatError(problems);
  const apply = applyObjects(config, facts, wanted);
  const wait = apply.length > 0 || !need(live, facts).settled ? [waitForPods(config, facts, wanted)] : [];
  const { release, config: how } = wanted;
  return {
    app: config.app.name,
    release,
    config: how,
    steps: [...apply, ...wait, ...cleanCluster(config, facts, wanted)],
  };
};

const notByHelm = ({ kubernetes: { via }, app }: Config): Problem[] =>
  via === 'manifests'
    ? []
    : [
        {
          code: 'usage',
          message: `${app.name} goes to the cluster by ${via}, not by manifests`,
          because: 'kubernetes.via says so, and two ways at once undo each other',
          fix: 'bytechat deploy --target kubernetes',
        },
      ];

const notPushed = ({ app }: Config): Problem => ({
  code: 'not-built',
  message: `The image of ${app.name} is not at its registry`,
  because: 'pods could not pull it',
  fix: 'bytechat docker push, or bytechat deploy --target kubernetes, which does both',
});

const taken = ({ kubernetes: { namespace } }: Config, facts: Facts): Problem[] =>
  need(live, facts).taken.map(name => ({
    code: 'name-taken',
    message: `${name} in ${namespace} is not of this app`,
    because: 'it has no label bytechat.dev/app of ours, so nobody knows who needs it',
    fix: 'choose another app.name or kubernetes.namespace, or remove it',
  }));

/** The same, as what would change. Pure. */
export const diffOfApp = (config: Config, facts: Facts, wanted: Wanted): ObjectDiff[] => {
  const applied = objectChanges(wanted, facts).map(
    ({ object, was, fields }): ObjectDiff => ({
      action: was ? 'change' : 'create',
      what: objectKey(object),
      fields: shownFields(fields).map(({ path, from, to }) => ({
        path,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        drift: isServing(objectName(config), facts, wanted),
      })),
    }),
  );
  const pruned = cleanCluster(config, facts, wanted).flatMap(({ changes }) =>
    changes.map(({ what }): ObjectDiff => ({ action: 'delete', what, fields: [] })),
  );
  return [...applied, ...pruned];
};

/** What differs from a release that is applied is what somebody else has changed. */
const isServing = (name: string, facts: Facts, { release, config }: Wanted): boolean =>
  need(live, facts).objects.some(
    ({ metadata: { name: own, annotations = {} } }) =>
      own === name && annotations['bytechat.dev/release'] === release && annotations['bytechat.dev/config'] === config,
  );
