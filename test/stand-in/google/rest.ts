import { served } from './faults.ts';
import { type Answerer, httpPart, json, type Part } from './http.ts';
import { ACCOUNT } from './metadata.ts';
import { httpError, Refusal, refuse } from './refusal.ts';
import type { Tokens } from './tokens.ts';
import { APIS_OF_NEW, admit, fullName, type Project, type World } from './world.ts';

interface Asked {
  readonly world: World;
  /** What its pattern names. */
  readonly named: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Route {
  readonly method: string;
  /** Of what is asked for: `POST /host/path`. */
  readonly pattern: RegExp;
  readonly isOpen?: boolean;
  answer(asked: Asked): object;
}

interface Running {
  readonly project: Project;
  left: number;
  readonly onDone: () => void;
}

const projectOf = ({ world, named: { project = '' } }: Asked, api: string, permission: string): Project =>
  admit(world, { project, api, permission, isFree: true });

const routes = (): readonly Route[] => {
  const operations = new Map<string, Running>();
  /** It goes on also when nobody waits for it. */
  const goOn = (one: Running): void => {
    one.left -= 1;
    if (one.left === 0) one.onDone();
  };
  return [
    {
      method: 'tokeninfo',
      pattern: /^POST \/oauth2\.googleapis\.com\/tokeninfo$/,
      isOpen: true,
      answer: () => ({ email: ACCOUNT, scope: 'https://www.googleapis.com/auth/cloud-platform' }),
    },
    {
      method: 'projects.get',
      pattern: /^GET \/cloudresourcemanager\.googleapis\.com\/v3\/projects\/(?<project>[^/]+)$/,
      answer: asked => {
        const { number, state } = projectOf(asked, 'cloudresourcemanager', 'resourcemanager.projects.get');
        return { name: `projects/${number}`, projectId: asked.named.project, state };
      },
    },
    {
      method: 'billing.get',
      pattern: /^GET \/cloudbilling\.googleapis\.com\/v1\/projects\/(?<project>[^/]+)\/billingInfo$/,
      answer: asked => {
        const { billing } = projectOf(asked, 'cloudbilling', 'resourcemanager.projects.get');
        return {
          projectId: asked.named.project,
          ...(billing && { billingEnabled: true, billingAccountName: 'billingAccounts/0A' }),
        };
      },
    },
    {
      method: 'services.batchGet',
      pattern: /^GET \/serviceusage\.googleapis\.com\/v1\/projects\/(?<project>[^/]+)\/services:batchGet$/,
      answer: asked => {
        const project = projectOf(asked, 'serviceusage', 'serviceusage.services.get');
        for (const one of operations.values()) if (one.project === project) goOn(one);
        const { number, apis } = project;
        const names = asked.query.getAll('names').map(name => name.split('/').pop() ?? '');
        const stateOf = (api: string): string => (apis.has(api) ? 'ENABLED' : 'DISABLED');
        return {
          services: names.map(api => ({ name: `projects/${number}/services/${api}`, state: stateOf(api) })),
        };
      },
    },
    {
      method: 'services.batchEnable',
      pattern: /^POST \/serviceusage\.googleapis\.com\/v1\/projects\/(?<project>[^/]+)\/services:batchEnable$/,
      answer: asked => {
        const project = projectOf(asked, 'serviceusage', 'serviceusage.services.enable');
        const wanted = (asked.body.serviceIds ?? []) as string[];
        if (!project.billing && wanted.some(api => !FREE.includes(api)))
          refuse(
            'FAILED_PRECONDITION',
            `Billing account for project '${project.number}' is not found. Billing must be enabled for activation of service(s) '${wanted}' to proceed.`,
            { reason: 'UREQ_PROJECT_BILLING_NOT_FOUND' },
          );
        if (wanted.every(api => project.apis.has(api))) return { name: 'operations/noop.DONE_OPERATION', done: true };
        const name = `operations/acat.${operations.size + 1}`;
        operations.set(name, { project, left: asked.world.polls, onDone: () => switchOn(wanted, project) });
        return { name };
      },
    },
    {
      method: 'services.operation',
      pattern: /^GET \/serviceusage\.googleapis\.com\/v1\/(?<operation>operations\/[^/]+)$/,
      answer: ({ named: { operation = '' } }) => {
        const found = operations.get(operation) ?? refuse('NOT_FOUND', 'Operation not found');
        goOn(found);
        if (found.left > 0) return { name: operation };
        return { name: operation, done: true, response: {} };
      },
    },
    {
      method: 'regions.get',
      pattern: /^GET \/compute\.googleapis\.com\/compute\/v1\/projects\/(?<project>[^/]+)\/regions\/(?<region>[^/]+)$/,
      answer: asked => {
        projectOf(asked, 'compute', 'compute.regions.get');
        const { project, region = '' } = asked.named;
        const quotas =
          asked.world.regions.get(region) ??
          refuse('NOT_FOUND', `The resource 'projects/${project}/regions/${region}' was not found`);
        const base = `https://www.googleapis.com/compute/v1/projects/${project}/zones`;
        return { name: region, status: 'UP', zones: ['a', 'b', 'c'].map(zone => `${base}/${region}-${zone}`), quotas };
      },
    },
    {
      method: 'compute.projects.get',
      pattern: /^GET \/compute\.googleapis\.com\/compute\/v1\/projects\/(?<project>[^/]+)$/,
      answer: asked => {
        projectOf(asked, 'compute', 'compute.projects.get');
        return {
          quotas: [
            { metric: 'CPUS_ALL_REGIONS', limit: 32, usage: 0 },
            { metric: 'NETWORKS', limit: 5, usage: 1 },
          ],
        };
      },
    },
    {
      method: 'aggregated.list',
      pattern:
        /^GET \/compute\.googleapis\.com\/compute\/v1\/projects\/(?<project>[^/]+)\/aggregated\/(?<kind>disks|forwardingRules|addresses)$/,
      answer: asked => {
        const kind = asked.named.kind as keyof World['things'];
        projectOf(asked, 'compute', `compute.${kind}.list`);
        return { items: aggregated(kind, asked.world) };
      },
    },
  ];
};

const FREE = APIS_OF_NEW.map(fullName);

/** Kubernetes Engine brings Compute with it. */
const switchOn = (wanted: readonly string[], { apis }: Project): void => {
  for (const api of wanted) apis.add(api);
  if (wanted.includes('container.googleapis.com')) apis.add('compute.googleapis.com');
};

const aggregated = (kind: keyof World['things'], { things }: World): object => {
  const places = [...new Set(['zones/us-central1-a', ...things[kind].map(({ place }) => place)])];
  const empty = { warning: { code: 'NO_RESULTS_ON_PAGE' } };
  return Object.fromEntries(
    places.map(place => {
      const own = things[kind].filter(thing => thing.place === place);
      return [place, own.length > 0 ? { [kind]: own } : empty];
    }),
  );
};

/** All of Google's REST APIs that we ask, each below its host. */
export const restServer = (world: World, tokens: Tokens, port = 0): Promise<Part> => {
  const table = routes();
  const answer: Answerer = async ({ method = '', url = '', headers }, text, response) => {
    const { pathname, searchParams: query } = new URL(url, 'http://stand-in');
    const route = table.find(({ pattern }) => pattern.test(`${method} ${pathname}`));
    if (!route)
      return json(response, 404, { error: { code: 404, message: `no ${method} ${pathname}`, status: 'NOT_FOUND' } });
    const named = route.pattern.exec(`${method} ${pathname}`)?.groups ?? {};
    const body = text.startsWith('{') ? JSON.parse(text) : {};
    try {
      const request = {
        path: `${pathname}${query.size > 0 ? `?${query}` : ''}`,
        body,
        payer: headers['x-goog-user-project'],
      };
      const found = await served(world, { method: route.method, request }, () => {
        if (!route.isOpen && !tokens.isGood(headers.authorization))
          refuse('UNAUTHENTICATED', 'Request had invalid authentication credentials.');
        return route.answer({ world, named, query, body });
      });
      json(response, 200, found);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, body: words } = httpError(error.refused);
      json(response, code, words);
    }
  };
  return httpPart(answer, port);
};
