import { type Cost, type Estimate, type Monthly, totalOf } from '../../core/cost.ts';
import type { Facts } from '../../core/fact.ts';
import { type GkeFact, gke, gkeClusters, type RepositoryFact, repository } from '../../core/facts/google.ts';
import type { Config } from '../config.ts';
import { locationOf } from '../gcp.ts';
import { type Asked, askedBy, inAutopilot, modeOf, type Nodes, nodesOf, type Range } from './asked.ts';
import { DISKS, FREE_IMAGES, HOURS, MACHINES, PRICES, PRICES_IN, PRICES_OF } from './prices.ts';

type Part = Pick<Config, 'app' | 'kubernetes' | 'gcp'>;

/** The cluster alone; with what stays when nothing runs, data and images; or with the app in it. */
export type Extent = 'cluster' | 'kept' | 'all';

/** What that comes to a month, as it is and as the config wants it. Pure. */
export const estimateOf = (config: Part, facts: Facts, extent: Extent = 'all'): Estimate => {
  const asked = askedBy(config);
  const isStandard = modeOf(config.gcp.cluster.mode, gke.of(facts) ?? null) === 'standard';
  const costs = [
    ...clusterCosts(config, facts, isStandard),
    ...(extent === 'all' && !isStandard ? [pods(asked)] : []),
    ...(extent === 'cluster' ? [] : volumes(asked)),
    ...(extent === 'all' ? balancer(asked) : []),
    ...(extent === 'cluster' ? [] : [images(repository.of(facts) ?? null)]),
  ];
  const { region } = config.gcp;
  return {
    costs,
    total: totalOf(costs),
    prices: PRICES_OF,
    region: PRICES_IN,
    ...(region !== PRICES_IN && { elsewhere: region }),
  };
};

const clusterCosts = (config: Part, facts: Facts, isStandard: boolean): Cost[] => {
  const there = gke.of(facts) ?? null;
  const fees = fee(config, there, gkeClusters.of(facts) ?? []);
  return [...fees, ...(isStandard ? nodesOf(config, there).flatMap(nodes) : [])];
};

const always = (amount: number): Monthly => ({ low: amount, high: amount });

const between = ({ min, max }: Range, each: number): Monthly => ({ low: min * each, high: max * each });

const FEE = PRICES.clusterFee.price * HOURS;

/** A zone has one more part than a region: `us-central1-b`. */
const isZone = (location: string): boolean => location.split('-').length > 2;

const fee = ({ gcp }: Part, there: GkeFact | null, clusters: readonly GkeFact[]): Cost[] => {
  const own = { mode: modeOf(gcp.cluster.mode, there), location: there?.location ?? locationOf(gcp) };
  const others = clusters.filter(({ name, location }) => name !== gcp.cluster.name || location !== own.location);
  const taken = others.find(isGivenBack);
  const line = { what: `the cluster's fee, ${own.mode}`, monthly: always(FEE), because: 'each cluster has it' };
  if (!isGivenBack(own))
    return [
      {
        ...line,
        because: 'the free tier covers no regional Standard cluster',
        less: 'take a cluster in one zone, or Autopilot',
      },
    ];
  if (taken)
    return [
      {
        ...line,
        because: `${taken.name} in ${taken.location} uses the free tier`,
        less: `deploy to ${taken.name}: gcp.cluster.name`,
      },
    ];
  const back = {
    what: 'free tier',
    monthly: always(-Math.min(FEE, PRICES.freeTier.price)),
    because: 'when no other cluster of this billing account uses it',
  };
  return [line, back];
};

/** The free tier is for one zonal Standard or one Autopilot cluster. */
const isGivenBack = ({ mode, location }: Pick<GkeFact, 'mode' | 'location'>): boolean =>
  mode === 'autopilot' || isZone(location);

const pods = (asked: Asked): Cost => {
  const { cpu, memory } = inAutopilot(asked);
  const { autopilotCpu, autopilotMemory } = PRICES;
  const each = (cpu * autopilotCpu.price + memory * autopilotMemory.price) * HOURS;
  return {
    what: counted(asked.pods, 'pod'),
    monthly: between(asked.pods, each),
    because: `Autopilot bills what each asks for: ${Math.round(cpu * 1000)}m CPU, ${Math.round(memory * 1024)} MiB`,
    less: `lower kubernetes.cpu and .memory${asked.pods.max > 1 ? ', or kubernetes.replicas' : ''}`,
  };
};

const nodes = ({ machine, spot, disk, ...range }: Nodes): Cost[] => [
  machines({ machine, spot, ...range }),
  {
    what: counted(range, `node disk of ${disk} GiB`, `node disks of ${disk} GiB`),
    monthly: between(range, disk * PRICES.diskBalanced.price),
    because: 'pd-balanced',
    less: 'lower gcp.cluster.disk',
  },
];

const machines = ({ machine, spot, ...range }: Omit<Nodes, 'disk' | 'now'>): Cost => {
  const known = MACHINES[machine];
  const what = counted(range, `${machine}${spot ? ' (spot)' : ''} node`);
  const fewer = range.max > 1 ? ', or lower gcp.cluster.nodes.max' : '';
  if (!known)
    return {
      what,
      monthly: null,
      because: `${machine} is not in the table of prices`,
      less: `choose one of it: ${KNOWN}`,
    };
  return {
    what,
    monthly: between(range, spot ? known.spot : known.monthly),
    because: spot ? 'the price of spot changes from day to day' : 'nodes of its own, busy or not',
    less: `choose a smaller gcp.cluster.machine${spot ? '' : ' or spot'}${fewer}`,
  };
};

const KNOWN = Object.keys(MACHINES).join(', ');

/** `1 pod`, `2 to 6 pods`. */
const counted = ({ min, max }: Range, one: string, many = `${one}s`): string => {
  const count = min === max ? `${max}` : `${min} to ${max}`;
  return `${count} ${max === 1 ? one : many}`;
};

const volumes = ({ volumes: count, size, storage }: Asked): Cost[] => {
  if (count === 0) return [];
  const what = counted({ min: count, max: count }, `volume of ${size} GiB`, `volumes of ${size} GiB`);
  const disk = DISKS[storage];
  return [
    disk
      ? {
          what,
          monthly: always(count * size * disk.price),
          because: disk.type,
          less: 'lower kubernetes.storage.size (only for volumes that are yet to be made)',
        }
      : {
          what,
          monthly: null,
          because: `what the StorageClass ${storage} makes is not in the table of prices`,
          less: 'choose a kubernetes.storage.class of it: standard-rwo, premium-rwo, standard',
        },
  ];
};

const balancer = ({ isBalanced }: Asked): Cost[] =>
  isBalanced
    ? [
        {
          what: 'load balancer',
          monthly: always(PRICES.balancer.price * HOURS),
          because: 'the first five rules of a project together',
          less: 'set kubernetes.expose.type to none and come by a port-forward',
        },
      ]
    : [];

/** Google's GB, of images and of disks, is 2^30 bytes. */
const GB = 2 ** 30;

const images = (there: RepositoryFact | null): Cost => {
  const size = (there?.sizeBytes ?? 0) / GB;
  return {
    what: 'images in Artifact Registry',
    monthly: always(Math.max(0, size - FREE_IMAGES) * PRICES.images.price),
    less: 'bytechat gcr prune',
    because: `${there ? `${size.toFixed(2)} GB are there` : 'none is there yet'}, ${FREE_IMAGES} GB are free`,
  };
};
