import type { Config } from '../config/config.ts';
import { gkeRef, googleRepositoryOf } from '../config/gcp.ts';
import { estimateOf } from '../config/google/costs.ts';
import { saidOf } from '../config/origin.ts';
import { shownFolder } from '../config/terraform-folder.ts';
import { estimateAsText } from '../core/cost.ts';
import { typed } from '../core/environment.ts';
import { type Facts, need } from '../core/fact.ts';
import { namespace } from '../core/facts/cluster.ts';
import { gke, gkeClusters, googleImages, project, repository, tenants } from '../core/facts/google.ts';
import { infrastructure, infrastructureState } from '../core/facts/terraform.ts';
import { isUp, mustBeUsable } from '../core/gke-problem.ts';
import type { Step } from '../core/step.ts';
import { askForCluster, deleteCluster, demandCluster, tellRemains, waitForCluster } from '../steps/gke.ts';
import { enableApis, makeRepository, removeImages } from '../steps/google.ts';
import { applyInfrastructure, demandOpen, destroyInfrastructure, findCluster } from '../steps/infrastructure.ts';
import { kubernetes } from './kubernetes.ts';
import type { Decision, Target } from './target.ts';

const byTerraform = ({ gcp: { infrastructure: who } }: Config): boolean => who === 'terraform';

/** What the app needs at Google before it is in its cluster. */
const ground = (config: Config, facts: Facts): Step[] =>
  byTerraform(config)
    ? applyInfrastructure(config, facts)
    : [...enableApis(config, facts), ...makeRepository(config, facts)];

/** Terraform takes as long as Google: whether the image can be built is known before. */
const madeByTerraform = (config: Config, facts: Facts): Step[] => {
  const image = kubernetes.build(config, facts);
  const isMade = ({ id }: Step): boolean => id === 'image';
  return [
    ...image.filter(isMade),
    ...applyInfrastructure(config, facts),
    findCluster(config, facts),
    ...image.filter(step => !isMade(step)),
  ];
};

/** The image is built while Google makes the cluster; what runs in it is planned when it is there. */
const makeCluster = (config: Config, facts: Facts): Decision => ({
  steps: byTerraform(config)
    ? madeByTerraform(config, facts)
    : [
        ...ground(config, facts),
        ...askForCluster(config, facts),
        ...kubernetes.build(config, facts),
        ...waitForCluster(config, facts),
      ],
  later: [
    {
      title: `Deploy ${config.app.name} to the cluster ${gkeRef(config).cluster}`,
      because: 'what it needs is known when the cluster is there',
    },
  ],
  books: 'here',
  costs: estimateOf(config, facts),
});

/** Google Cloud: a cluster of Google Kubernetes Engine that is made first, and then the target `kubernetes` in it. */
export const gcp: Target = {
  ...kubernetes,
  name: 'gcp',
  summary: 'Google Cloud: a GKE cluster, and the app in it',
  facts: [
    ...new Set([project.name, gke.name, gkeClusters.name, repository.name, infrastructure.name, ...kubernetes.facts]),
  ],

  place: (config, facts) => {
    const { project: id, location, cluster } = gkeRef(config);
    const { folder } = infrastructure.of(facts) ?? {};
    const maker = folder ? `, made by ${shownFolder(config, folder)}` : '';
    return `project ${id}, cluster ${cluster} in ${location}${maker}, namespace ${config.kubernetes.namespace}`;
  },

  build: (config, facts) => [...ground(config, facts), ...kubernetes.build(config, facts)],

  deploy(config, facts, options) {
    if (!isUp(need(gke, facts))) return makeCluster(config, facts);
    const decided = kubernetes.deploy(config, facts, options);
    return { ...decided, steps: [...ground(config, facts), ...decided.steps], costs: estimateOf(config, facts) };
  },

  rollback(config, facts, options) {
    const found = need(gke, facts);
    if (isUp(found)) return kubernetes.rollback(config, facts, options);
    mustBeUsable(found);
    return demandCluster(config);
  },

  demand: (config, facts) => (isUp(need(gke, facts)) ? kubernetes.demand?.(config, facts) : undefined),

  factsToDestroy: [tenants.name, googleImages.name, infrastructureState.name],

  destroy(config, facts, { data }) {
    if (data && byTerraform(config)) demandOpen(config, facts);
    const inCluster = kubernetes.destroy(config, facts, { data });
    if (isOver(inCluster, facts)) return data ? { ...removeAll(config, facts), books: 'here' } : { steps: [] };
    return data ? { ...inCluster, later: [atGoogle(config)] } : stays(config, facts, inCluster);
  },
};

/** Nothing of the app is left in the cluster, or only what stays. */
const isOver = ({ steps }: Decision, facts: Facts): boolean =>
  need(namespace, facts) !== 'ours' && steps.flatMap(({ changes }) => changes).every(({ action }) => action === 'keep');

const atGoogle = (config: Config) => ({
  title: `Delete the cluster ${gkeRef(config).cluster} and the images`,
  because: 'it is seen then who else is in it',
});

/** The messages are on a disk of the cluster: both stay, and cost. */
const stays = (config: Config, facts: Facts, decided: Decision): Decision => ({
  ...decided,
  steps: [...decided.steps, tellRemains(config)],
  notices: [
    `The cluster ${gkeRef(config).cluster} stays, with the data in it, and costs ${estimateAsText(estimateOf(config, facts, 'kept'))}`,
  ],
  next: [typed('destroy --data', saidOf(config))],
});

/** Nothing that another app uses. */
const removeAll = (config: Config, facts: Facts): Decision => {
  const stay = [...clusterStays(config, facts), ...(byTerraform(config) ? imagesOfOthers(config, facts) : [])];
  const gone = byTerraform(config) ? endOfFolder(config, facts, stay) : endOfParts(config, facts, stay);
  return {
    steps: gone.length === 0 ? [] : [...gone, tellRemains(config)],
    ...(stay.length > 0 && { notices: stay }),
    leftovers: [config.state],
  };
};

/** Why it does. */
const clusterStays = (config: Config, facts: Facts): string[] => {
  const found = need(gke, facts);
  if (!found) return [];
  const others = need(tenants, facts).filter(name => name !== config.kubernetes.namespace);
  return [
    ...(found.ours ? [] : [`The cluster ${found.name} stays: bytechat has not made it`]),
    ...(others.length > 0 ? [`The cluster ${found.name} stays: there is also ${others.join(', ')} in it`] : []),
  ];
};

const endOfParts = (config: Config, facts: Facts, stay: readonly string[]): Step[] => [
  ...(stay.length > 0 ? [] : deleteCluster(config, facts)),
  ...removeImages(config, facts),
];

/** All that the folder has made goes, or nothing of it: it is not taken apart. */
const endOfFolder = (config: Config, facts: Facts, stay: readonly string[]): Step[] =>
  stay.length > 0 ? [] : destroyInfrastructure(config, facts);

const imagesOfOthers = (config: Config, facts: Facts): string[] => {
  const at = googleRepositoryOf(config);
  const others = need(googleImages, facts).filter(({ image }) => image !== at?.image).length;
  return others === 0 ? [] : [`The repository ${at?.repository} stays: others have ${others} images in it`];
};
