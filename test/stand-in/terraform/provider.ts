import process from 'node:process';
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

export const startStandIn = async (): Promise<StandIn> => {
  const world: World = {
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
    const found = known === null ? undefined : world.objects.get(String(known.id));
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
    const found = world.objects.get(id);
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
    const other = before === null ? [] : REPLACES.filter(name => name in wanted && isOther(before[name], wanted[name]));
    return [[1, dynamic(planned(wanted, schema.resources[request.text(1)] ?? {}))], ...replacing(other), [5, true]];
  },
  async ApplyResourceChange(request) {
    const type = request.text(1);
    const [before, wanted] = [valueIn(request.message(2)), valueIn(request.message(3))];
    const after = wanted && settled(wanted, schema.resources[type] ?? {}, { type, project: world.project });
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
    if (after === null) world.objects.delete(id);
    else world.objects.set(id, after);
    return [
      [1, dynamic(after)],
      [4, true],
    ];
  },
});

const isOther = (before: Value | undefined, wanted: Value | undefined): boolean =>
  wanted !== null && wanted !== UNKNOWN && before !== wanted;

/** As the provider itself keeps a cluster from being deleted. */
const protection = (type: string, { what }: Asked, before: Values | null): string | undefined =>
  type === 'google_container_cluster' && what === 'delete' && before?.deletion_protection === true
    ? 'Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion'
    : undefined;
