import type { Config } from '../config/config.ts';
import { type Action, call } from '../core/action.ts';
import { type HelmReleaseFact, helmReleases } from '../core/facts/cluster.ts';
import type { Step } from '../core/step.ts';
import * as helm from '../tools/helm.ts';
import { aboutRelease, byHelm, isForgotten, repairHelm, revisionsKept } from './helm.ts';

/** A Helm release of any chart: what is meant, and what there is of it now. */
export interface AnyRelease {
  readonly release: helm.Release;
  readonly now: HelmReleaseFact | undefined;
}

export interface AnyChart extends AnyRelease {
  readonly chart: string;
  readonly valuesFile?: string | undefined;
}

/** In ms, of each workload: why it cannot end well is told long before. */
const ROLLOUT_MS = 15 * 60_000;

const waits = (release: helm.Release): Action =>
  call('kube', 'releaseRollouts', { ...aboutRelease(release), timeoutMs: ROLLOUT_MS });

const waitForIt = (release: helm.Release): Step => ({
  id: 'rollout',
  title: `Start what ${release.name} runs`,
  needs: [],
  changes: [],
  actions: [waits(release)],
});

/** A release that does not come up goes back to what was deployed before, or goes. */
export const upgradeChart = (config: Config, { release, now, chart, valuesFile }: AnyChart): Step[] => {
  const keep = revisionsKept(config);
  const { name } = release;
  const what = `Helm release ${name}`;
  const wanted = { ...release, chart, valuesFile, cwd: config.root, install: true, keep, description: 'bytechat' };
  return [
    ...repairHelm(release, now ?? null, keep),
    {
      id: 'helm',
      title: `${now ? 'Upgrade' : 'Install'} the Helm release ${name}`,
      needs: [helmReleases.name],
      changes: [now ? { action: 'change', what } : { action: 'create', what }],
      actions: [call('kube', 'settle', aboutRelease(release)), ...byHelm(release, helm.upgrade(wanted))],
      undo: wayBack(release, now, keep),
    },
    waitForIt(release),
  ];
};

const wayBack = (release: helm.Release, now: HelmReleaseFact | undefined, keep: number): Action[] =>
  now && now.deployed > 0 && !isForgotten(now)
    ? [...byHelm(release, helm.rollback(release, now.deployed, keep)), waits(release)]
    : byHelm(release, helm.uninstall(release));

export const rollBackTo = (config: Config, { release, now }: AnyRelease, revision: number): Step[] => {
  const keep = revisionsKept(config);
  const { name } = release;
  const back = now?.deployed ?? 0;
  return [
    {
      id: 'helm',
      title: `Roll the Helm release ${name} back to revision ${revision}`,
      needs: [helmReleases.name],
      changes: [{ action: 'change', what: `Helm release ${name}`, because: `revision ${back} → ${revision}` }],
      actions: [
        call('kube', 'settle', aboutRelease(release)),
        ...byHelm(release, helm.rollback(release, revision, keep)),
      ],
      undo: back > 0 ? [...byHelm(release, helm.rollback(release, back, keep)), waits(release)] : [],
    },
    waitForIt(release),
  ];
};

export const uninstallChart = ({ release, now }: AnyRelease): Step[] =>
  now === undefined
    ? []
    : [
        {
          id: 'helm',
          title: `Uninstall the Helm release ${release.name}`,
          needs: [helmReleases.name],
          changes: [
            { action: 'delete', what: `Helm release ${release.name}`, because: `with all that ${now.chart} has made` },
          ],
          actions: byHelm(release, helm.uninstall(release, { wait: true })),
        },
      ];

/** Prints what Helm would send to the cluster. */
export const showChart = (wanted: helm.Rendering): Step[] => {
  const { name, namespace, chart, values, valuesFile, cwd } = wanted;
  const known = { values, valuesFile, cwd };
  const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return [
    {
      id: 'template',
      title: 'Render the chart',
      needs: [],
      changes: [],
      actions: [call('helm', 'template', { name, namespace, chart, ...given })],
    },
  ];
};
