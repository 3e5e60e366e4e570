import process from 'node:process';
import type { World as Google } from '../google/world.ts';
import { type Behind, behind } from './behind.ts';
import { type GrpcServer, type Handler, serveGrpc } from './grpc.ts';
import { pack, UNKNOWN, unpack, type Value } from './msgpack.ts';
import { decode, encode, type Field, type Message } from './protobuf.ts';
import { schema } from './schema.ts';
import { planned, settled, type Values } from './values.ts';
import { failure, replacing, wireSchemas } from './wire.ts';

/** One thing that was asked of Google. */
export interface Asked {
  readonly what: 'create' | 'update' | 'delete';
  readonly type: string;
  readonly id: string;
}

/**
 * Stands in for the provider hashicorp/google and for the Google behind it: with TF_REATTACH_PROVIDERS, Terraform talks to
 * this process instead of starting a plugin, and init downloads none.
 */
export interface StandIn {
  readonly env: { readonly TF_REATTACH_PROVIDERS: string };
  /** What is there, by its id. Tests change it, as somebody in the console would. */
  readonly objects: Map<string, Values>;
  readonly asked: Asked[];
  /** Types that may not be made, changed or deleted, and what Google says then. */
  readonly refused: Map<string, string>;
  /** Types that are being made until the promise resolves. */
  readonly held: Map<string, Promise<void>>;
  /** Called when somebody asks for something to be made. */
  onAsked: (asked: Asked) => void;
  close(): void;
}

/** What another value of it makes another object of. */
const REPLACES = [
  'name',
  'location',
  'project',
  'account_id',
  'repository_id',
  'region',
  'zone',
  'network',
  'enable_autopilot',
  'member',
  'role',
];

export const forbidden = (what: string): string =>
  `Error creating ${what}: googleapi: Error 403: Required permission for 'projects/acme-chat' is missing, forbidden`;

/** With a Google behind it, what both know is made, read and deleted there. */
export const startStandIn = async (google?: Google): Promise<StandIn> => {
  const world: World = {
    google: google && behind(google),
    objects: new Map(),
    asked: [],
    refused: new Map(),
    held: new Map(),
    project: 'acme-chat',
    onAsked: () => {},
  };
  const calls = { ...describing, ...reading(world), ...changing(world) };
  const handlers = Object.entries(calls).map(([name, call]): [string, Handler] => [
    `/tfplugin6.Provider/${name}`,
    async request => encode(await call(decode(request))),
  ]);
  const server: GrpcServer = await serveGrpc(Object.fromEntries(handlers));
  const address = { Network: 'tcp', String: `127.0.0.1:${server.port}` };
  const reattach = { Protocol: 'grpc', ProtocolVersion: 6, Pid: process.pid, Test: true, Addr: address };
  return Object.assign(world, {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify({ 'hashicorp/google': reattach }) },
    close: server.close,
  });
};

interface World {
  readonly google: Behind | undefined;
  readonly objects: Map<string, Values>;
  readonly asked: Asked[];
  readonly refused: Map<string, string>;
  readonly held: Map<string, Promise<void>>;
  project: string;
  onAsked: (asked: Asked) => void;
}

type Calls = Readonly<Record<string, (request: Message) => Field[] | Promise<Field[]>>>;

const dynamic = (value: Value): Field[] => [[1, pack(value)]];
const valueIn = (message: Message): Values | null => unpack(message.bytes(1)) as Values | null;

const describing: Calls = {
  GetProviderSchema: () => wireSchemas(schema),
  ValidateProviderConfig: () => [],
  ValidateResourceConfig: () => [],
  ValidateDataResourceConfig: () => [],
  UpgradeResourceState: request => [[1, dynamic(JSON.parse(request.message(3).text(1)) as Value)]],
  StopProvider: () => [],
};

const reading = (world: World): Calls => ({
  ConfigureProvider(request) {
    const project = valueIn(request.message(2))?.project;
    if (typeof project === 'string') world.project = project;
    return [];
  },
  // What is gone is null: that is drift.
  ReadResource(request) {
    const known = valueIn(request.message(2));
    const kept = known === null ? undefined : world.objects.get(String(known.id));
    const found = kept && world.google ? world.google.read(request.text(1), String(kept.id), kept) : kept;
    return [
      [1, dynamic(found ?? null)],
      [3, request.bytes(3)],
    ];
  },
  ReadDataSource(request) {
    const type = request.text(1);
    const block = schema.data[type] ?? {};
    return [
      [1, dynamic(settled(planned(valueIn(request.message(2)) ?? {}, block), block, { type, project: world.project }))],
    ];
  },
  ImportResourceState(request) {
    const [type, id] = [request.text(1), request.text(2)];
    const found = world.objects.get(id) ?? world.google?.imported(type, id);
    if (found) world.objects.set(String(found.id), found);
    if (!found) return [[2, failure(`Cannot import non-existent remote object`, `there is no ${type} ${id}`)]];
    return [
      [
        1,
        [
          [1, type],
          [2, dynamic(found)],
        ],
      ],
    ];
  },
});

const changing = (world: World): Calls => ({
  PlanResourceChange(request) {
    const [before, wanted] = [valueIn(request.message(2)), valueIn(request.message(3))];
    if (wanted === null) return [[1, dynamic(null)]];
    const other = before === null ? [] : replacedBy(request.text(1), before, wanted);
    return [[1, dynamic(planned(wanted, schema.resources[request.text(1)] ?? {}))], ...replacing(other), [5, true]];
  },
  async ApplyResourceChange(request) {
    const type = request.text(1);
    const [before, wanted] = [valueIn(request.message(2)), valueIn(request.message(3))];
    const made = wanted && settled(wanted, schema.resources[type] ?? {}, { type, project: world.project });
    const real = made && before === null ? world.google?.idOf(type, made) : undefined;
    const after = made && real !== undefined ? { ...made, id: real } : made;
    const id = String((after ?? before)?.id);
    const asked: Asked = { what: after === null ? 'delete' : before === null ? 'create' : 'update', type, id };
    world.asked.push(asked);
    world.onAsked(asked);
    const refusal = world.refused.get(type) ?? protection(type, asked, before);
    if (refusal !== undefined)
      return [
        [1, dynamic(before)],
        [3, failure(refusal)],
      ];
    await world.held.get(type);
    const failed = world.google && (await refusalOf(world.google, asked, after));
    if (failed !== undefined)
      return [
        [1, dynamic(before)],
        [3, failure(failed)],
      ];
    if (after === null) world.objects.delete(id);
    else world.objects.set(id, after);
    return [
      [1, dynamic(after)],
      [4, true],
    ];
  },
});

/** The same in Google's cloud; in its words, when it does not want to. */
const refusalOf = async (
  google: Behind,
  { what, type, id }: Asked,
  after: Values | null,
): Promise<string | undefined> => {
  try {
    if (after === null) await google.remove(type, id);
    else await (what === 'create' ? google.make(type, id, after) : google.change(type, id, after));
    return undefined;
  } catch (error) {
    return `Error: googleapi: ${(error as Error).message}`;
  }
};

/** Within blocks of it, the same: what is not said is left as it is. */
const REPLACES_WITHIN: Readonly<Record<string, readonly (readonly [block: string, name: string])[]>> = {
  google_container_cluster: [
    ['ip_allocation_policy', 'cluster_secondary_range_name'],
    ['ip_allocation_policy', 'services_secondary_range_name'],
  ],
  google_container_node_pool: [
    ['node_config', 'service_account'],
    ['node_config', 'oauth_scopes'],
    ['node_config', 'disk_type'],
  ],
};

const replacedBy = (type: string, before: Values, wanted: Values): string[] => [
  ...REPLACES.filter(name => name in wanted && isOther(before[name], wanted[name])),
  ...(REPLACES_WITHIN[type] ?? [])
    .filter(([block, name]) => isOther(within(before, block)?.[name], within(wanted, block)?.[name]))
    .map(([block]) => block),
];

const within = (values: Values, block: string): Values | undefined => (values[block] as Values[] | undefined)?.[0];

/** A network is the same by its name and by its address. */
const plain = (value: Value | undefined): string =>
  typeof value === 'string' ? (value.split('/').at(-1) ?? '') : JSON.stringify(value ?? null);

const isOther = (before: Value | undefined, wanted: Value | undefined): boolean =>
  wanted !== undefined && wanted !== null && wanted !== UNKNOWN && plain(before) !== plain(wanted);

/** As the provider itself keeps a cluster from being deleted. */
const protection = (type: string, { what }: Asked, before: Values | null): string | undefined =>
  type === 'google_container_cluster' && what === 'delete' && before?.deletion_protection === true
    ? 'Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion'
    : undefined;
