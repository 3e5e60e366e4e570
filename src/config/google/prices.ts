/** One list price, in USD, before tax. */
interface Price {
  readonly what: string;
  readonly unit: string;
  readonly price: number;
  readonly source: string;
  /** When it was read, as exactly as is known. */
  readonly read: string;
}

/** When this list was written. It is not looked up: a price that Google changes is wrong here until the next release. */
export const PRICES_OF = '2026-11';

/** The one region that all of these are the prices of. In others most are higher: E2 machines by up to 60 %. */
export const PRICES_IN = 'us-central1';

/** Google's own count of hours in a month. */
export const HOURS = 730;

const GKE = 'cloud.google.com/kubernetes-engine/pricing';
/** Made from Google's Cloud Billing Catalog API. */
const CALCULATOR = 'github.com/Cyclenerd/google-cloud-pricing-cost-calculator, pricing.yml';
const CALCULATED = '2025-03-06';

export const PRICES = {
  clusterFee: { what: 'A cluster, of either mode', unit: 'h', price: 0.1, source: GKE, read: '2025-26' },
  freeTier: {
    what: 'Given back to each billing account, for the fee of one zonal Standard or one Autopilot cluster',
    unit: 'month',
    price: 74.4,
    source: GKE,
    read: '2025-26',
  },
  autopilotCpu: {
    what: 'What Autopilot pods ask for: CPU',
    unit: 'vCPU h',
    price: 0.0445,
    source: GKE,
    read: '2025-26',
  },
  autopilotMemory: {
    what: 'What Autopilot pods ask for: memory',
    unit: 'GiB h',
    price: 0.0049225,
    source: GKE,
    read: '2025-26',
  },
  balancer: {
    what: 'The first five forwarding rules of a project together',
    unit: 'h',
    price: 0.025,
    source: 'cloud.google.com/load-balancing/pricing',
    read: '2025-26',
  },
  diskStandard: { what: 'Disk, pd-standard', unit: 'GiB month', price: 0.04, source: CALCULATOR, read: CALCULATED },
  diskBalanced: { what: 'Disk, pd-balanced', unit: 'GiB month', price: 0.1, source: CALCULATOR, read: CALCULATED },
  diskSsd: { what: 'Disk, pd-ssd', unit: 'GiB month', price: 0.17, source: CALCULATOR, read: CALCULATED },
  images: {
    what: 'Images in Artifact Registry, beyond the free half GB',
    unit: 'GB month',
    price: 0.1,
    source: 'cloud.google.com/artifact-registry/pricing',
    read: '2025-26',
  },
} as const satisfies Record<string, Price>;

/** In GB: what Artifact Registry keeps for nothing. */
export const FREE_IMAGES = 0.5;

/** A machine type: what Google counts of it against a quota of CPUs, and what it costs a month. */
export interface Machine {
  readonly cpus: number;
  readonly monthly: number;
  /** Google sets it anew up to once a day. */
  readonly spot: number;
}

/** E2 costs by CPU and GiB: of twice the size, twice as much. The smallest share the two CPUs that they show. */
const e2 = (monthly: number, spot: number, times = 1): Machine => ({
  cpus: 2 * times,
  monthly: monthly * times,
  spot: spot * times,
});

/** From the calculator, of the same day. */
export const MACHINES: Readonly<Record<string, Machine>> = {
  'e2-micro': e2(6.11, 2.44),
  'e2-small': e2(12.23, 4.89),
  'e2-medium': e2(24.46, 9.78),
  'e2-standard-2': e2(48.92, 19.56),
  'e2-standard-4': e2(48.92, 19.56, 2),
  'e2-standard-8': e2(48.92, 19.56, 4),
  'e2-standard-16': e2(48.92, 19.56, 8),
  'e2-highmem-2': e2(65.99, 26.39),
  'e2-highmem-4': e2(65.99, 26.39, 2),
  'e2-highmem-8': e2(65.99, 26.39, 4),
  'e2-highmem-16': e2(65.99, 26.39, 8),
};

/** What GKE's own StorageClasses make, and what comes of naming none. */
export const DISKS: Readonly<Record<string, { readonly type: string; readonly price: number }>> = {
  '': { type: 'pd-balanced', price: PRICES.diskBalanced.price },
  'standard-rwo': { type: 'pd-balanced', price: PRICES.diskBalanced.price },
  'premium-rwo': { type: 'pd-ssd', price: PRICES.diskSsd.price },
  standard: { type: 'pd-standard', price: PRICES.diskStandard.price },
};
