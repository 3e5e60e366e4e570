import { orWhenOff } from '../google/problems.ts';
import { askGcp, COMPUTE, type Gcp } from './session.ts';

/** What Compute has of a disk, an address or a forwarding rule; the rest is not read. */
export interface Thing {
  readonly name: string;
  /** Its zone or region; `global` when it has neither. */
  readonly place: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** A long: Google writes it as text. */
  readonly sizeGb?: string;
}

type Kind = 'disks' | 'forwardingRules' | 'addresses';

/** By `zones/europe-west1-b`, `regions/europe-west1`, `global`. */
interface Page {
  readonly items?: Readonly<Record<string, { readonly [kind in Kind]?: readonly Thing[] }>>;
  readonly nextPageToken?: string;
}

/** All of a kind, wherever it is; none where the API is off. */
export const itemsOf = async (kind: Kind, gcp: Gcp): Promise<readonly Thing[]> => {
  const things: Thing[] = [];
  let token: string | undefined = '';
  while (token !== undefined) {
    const page: Page = await orWhenOff(askGcp<Page>(requestFor(kind, token, gcp), gcp), {});
    for (const [place, found] of Object.entries(page.items ?? {}))
      things.push(...(found[kind] ?? []).map(thing => ({ ...thing, place: place.split('/').pop() ?? place })));
    token = page.nextPageToken;
  }
  return things;
};

const requestFor = (kind: Kind, token: string, { project }: Gcp) => {
  const query = new URLSearchParams({
    maxResults: '500',
    returnPartialSuccess: 'true',
    ...(token && { pageToken: token }),
  });
  return {
    host: COMPUTE,
    path: `/compute/v1/projects/${project}/aggregated/${kind}?${query}`,
    doing: `list ${kind === 'forwardingRules' ? 'load balancers' : kind}`,
  };
};
