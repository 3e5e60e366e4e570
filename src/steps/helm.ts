import { clusterOf, objectName } from '../config/cluster.ts';
import type { Config } from '../config/config.ts';
import { type Action, type Command, call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { type HelmFact, live } from '../core/facts/cluster.ts';
import { kept } from '../core/facts/kept.ts';
import { short } from '../core/hash.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { OWN, objectKey } from '../core/kube.ts';
import type { Change, Step } from '../core/step.ts';
import * as helm from '../tools/helm.ts';
import {
  about,
  changesOf,
  named,
  newNamespace,
  objectChanges,
  objectsBefore,
  removeFresh,
  untilItServes,
  type Wanted,
} from './cluster.ts';
import { pullSecret } from './manifests/pull-secret.ts';
import type { Values } from './manifests/values.ts';
import { letThemPull } from './pull-login.ts';

/** The app as a Helm release, which has its object name. */
export const releaseOf = (config: Config): helm.Release => ({
  name: objectName(config),
  ...clusterOf(config),
  ...(config.kubernetes.gke && { kubeconfig: `${config.state}/kubeconfig` }),
});

/** What a question about it begins with. */
export const aboutRelease = ({ kubeconfig: _file, name, ...at }: helm.Release) => ({ ...at, name });

/** Helm is a program, and knows a cluster only from a file: that of a cluster of Google is written just before. */
export const byHelm = ({ gke, kubeconfig }: helm.Release, command: Command): Action[] =>
  gke && kubeconfig !== undefined ? [call('credentials', 'kubeconfig', { gke, file: kubeconfig }), command] : [command];

/** The chart that comes with bytechat. */
export const ownChart = ({ home }: Pick<Config, 'home'>): string => `${home}/templates/helm/bytechat`;

const LEAST_REVISIONS = 10;

/** Failed deploys and ways back are revisions too, and none of them may push out one that a kept release is in. */
export const revisionsKept = ({ keep }: Pick<Config, 'keep'>): number => Math.max(LEAST_REVISIONS, 4 * keep);

/** By what bytechat knows it for its own. As books, it is not taken for an object of the app. */
const MARKS = (name: string) => ({ [OWN.app]: name, [OWN.role]: 'books' });

/** How a release gets there: made from its values, or by going back to a revision. */
export type Way = { readonly values: Values } | { readonly revision: number };

/** Nothing, when what is live is what is wanted: then Helm is not called at all. */
export const upgradeByHelm = (config: Config, facts: Facts, wanted: Wanted & { readonly way: Way }): Step[] => {
  const now = need(live, facts).helm;
  const logins = pullSecret(config, facts).map(objectKey);
  const chart = { ...wanted, objects: wanted.objects.filter(object => !logins.includes(objectKey(object))) };
  const changed = objectChanges(chart, facts);
  const login = letThemPull(config, facts, wanted);
  if (changed.length === 0 && now?.status === 'deployed') return login;
  const { release, way } = wanted;
  const { name } = releaseOf(config);
  return [
    ...login,
    ...repairHelm(releaseOf(config), now, revisionsKept(config)),
    ...adopt(config, facts, chart),
    {
      id: 'helm',
      title:
        'values' in way
          ? `Upgrade the Helm release ${name} to ${short(release)}`
          : `Roll the Helm release ${name} back to ${short(release)}`,
      needs: [live.name],
      changes: [...newNamespace(config, facts), ...revisionChange(config, now), ...changed.flatMap(changesOf)],
      actions: [
        // The Helm of a run that was killed may be at it still.
        call('kube', 'settle', about(config)),
        ...byHelm(
          releaseOf(config),
          'values' in way
            ? upgrade(config, wanted, way.values)
            : helm.rollback(releaseOf(config), way.revision, revisionsKept(config)),
        ),
        call('kube', 'helm', about(config), 'helm'),
      ],
      undo: wayBack(config, facts, wanted),
    },
  ];
};

const revisionChange = (config: Config, now: HelmFact | null): Change[] => {
  const { name } = releaseOf(config);
  return [
    now ? { action: 'change', what: `Helm release ${name}` } : { action: 'create', what: `Helm release ${name}` },
  ];
};

const upgrade = (config: Config, { release }: Wanted, values: Values): Command =>
  helm.upgrade({
    ...releaseOf(config),
    chart: ownChart(config),
    values: values as unknown as Json,
    install: true,
    keep: revisionsKept(config),
    description: `bytechat: release ${release}`,
    labels: MARKS(objectName(config)),
  });

/**
 * What was left by somebody who was cut off, so that Helm goes on: back to what is deployed, and where nothing ever was,
 * Helm forgets what it knows. The objects stay: they may serve.
 */
export const repairHelm = (release: helm.Release, now: HelmFact | null, keep: number): Step[] => {
  if (!now || !isLeft(now)) return [];
  const { status, revision, deployed } = now;
  const { name } = release;
  const at = aboutRelease(release);
  const canGoBack = !isForgotten(now);
  return [
    {
      id: 'repair',
      title: `Repair the Helm release ${name}: ${status}`,
      needs: [],
      changes: [
        {
          action: 'change',
          what: `Helm release ${name}`,
          because: `its revision ${revision} was left ${status}: ${canGoBack ? `back to ${deployed}` : 'Helm forgets it'}`,
        },
      ],
      actions: [
        call('kube', 'settle', at),
        ...(canGoBack ? byHelm(release, helm.rollback(release, deployed, keep)) : [call('kube', 'forget', at)]),
      ],
    },
  ];
};

/** Nothing of it is in force that could be gone back to. */
export const isForgotten = (now: HelmFact): boolean =>
  isLeft(now) && (now.deployed === 0 || !now.status.startsWith('pending-'));

const isLeft = ({ status }: HelmFact): boolean => status.startsWith('pending-') || status === 'uninstalling';

/** Said before anything runs. Who is at it just now holds the lock, and then it is that which is said. */
export const noticeOfRepair = ({ name }: helm.Release, now: HelmFact | null): string[] =>
  now && isLeft(now)
    ? [
        `Revision ${now.revision} of the Helm release ${name} was left ${now.status}, by a deploy that was killed or a helm run by hand: it is repaired first`,
      ]
    : [];

const RELEASE_NAME = 'meta.helm.sh/release-name';

/** What is there and is not Helm's: it refuses to touch such objects. */
const adopt = (config: Config, facts: Facts, { objects }: Wanted): Step[] => {
  const wanted = objects.map(objectKey);
  const foreign = need(live, facts).objects.filter(
    object => wanted.includes(objectKey(object)) && object.metadata.annotations?.[RELEASE_NAME] !== objectName(config),
  );
  if (foreign.length === 0) return [];
  return [
    {
      id: 'adopt',
      title: `Make ${foreign.length} ${foreign.length === 1 ? 'object' : 'objects'} Helm's`,
      needs: [live.name],
      changes: foreign.map(object => ({ action: 'change', what: objectKey(object), because: 'Helm is to manage it' })),
      actions: [call('kube', 'adopt', { ...about(config), objects: foreign.map(named) })],
    },
  ];
};

/** To what was proved, by the way it got there; where nothing was, it all goes again. */
const wayBack = (config: Config, facts: Facts, wanted: Wanted): Action[] => {
  const release = releaseOf(config);
  const revision = revisionBefore(facts);
  const before = objectsBefore(facts);
  if (revision > 0)
    return [
      ...byHelm(release, helm.rollback(release, revision, revisionsKept(config))),
      ...(before.length > 0 ? untilItServes(config, facts, wanted) : removeFresh(config, facts, wanted)),
    ];
  if (before.length === 0) return [...byHelm(release, helm.uninstall(release)), ...removeFresh(config, facts, wanted)];
  return [
    call('kube', 'forget', about(config)),
    ...leaveHelm(config, facts),
    call('kube', 'apply', { ...about(config), objects: before as unknown as JsonObject[] }),
    ...untilItServes(config, facts, wanted),
  ];
};

/** That of the release which was proved last; 0 when that one was not made by Helm. */
const revisionBefore = (facts: Facts): number => {
  const { proved, settings } = need(kept, facts);
  const now = need(live, facts).helm;
  if (!now || isForgotten(now)) return 0;
  const recorded = revisionIn(settings[proved]);
  if (recorded > 0 && now.revisions.includes(recorded)) return recorded;
  return proved !== '' && recorded === 0 ? 0 : now.deployed;
};

/** The revision of a release that history tells of; 0 when it was not made by Helm. */
export const revisionIn = (settings: JsonObject | undefined): number =>
  Number((settings?.helm as { readonly revision?: number } | undefined)?.revision ?? 0);

/** What was Helm's is taken for what we have applied, so that an apply takes away what only Helm has set. */
const leaveHelm = (config: Config, facts: Facts): Action[] => {
  const { objects } = need(live, facts);
  return [call('kube', 'disown', { ...about(config), objects: objects.map(named) })];
};

/** Before the objects are applied that a Helm release has brought there. */
export const takeOver = (config: Config, facts: Facts): Step[] =>
  need(live, facts).helm === null
    ? []
    : [
        {
          id: 'disown',
          title: 'Take the objects over from Helm',
          needs: [live.name],
          changes: [],
          actions: leaveHelm(config, facts),
        },
      ];

/** When they serve without it: a Helm release that thinks it owns them would take them along when it goes. */
export const forgetRelease = (config: Config, facts: Facts): Step[] =>
  need(live, facts).helm === null
    ? []
    : [
        {
          id: 'forget',
          title: `Forget the Helm release ${objectName(config)}`,
          needs: [live.name],
          changes: [
            {
              action: 'delete',
              what: `Helm release ${objectName(config)}`,
              because: 'the objects are applied without it',
            },
          ],
          actions: [call('kube', 'forget', about(config))],
        },
      ];

/** With all that is Helm's own to remove. */
export const uninstallRelease = (config: Config, facts: Facts): Action[] =>
  need(live, facts).helm === null ? [] : byHelm(releaseOf(config), helm.uninstall(releaseOf(config)));
