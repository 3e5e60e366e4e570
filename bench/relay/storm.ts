/** Ten thousand connections: what they cost while they are silent, and when they all come back at once. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf, memoryOf } from './measure.ts';
import type { Person } from './people.ts';
import { comeBack, join } from './people.ts';
import type { Peer, Running } from './servers.ts';
import { PROVING, start } from './servers.ts';
import type { Wire } from './socket.ts';
import { webSocket } from './socket.ts';

export interface Silence {
  connections: number;
  kbPerConnection: number;
  /** CPU-seconds of the server from the first handshake until everybody has everything. */
  stormCpuSeconds: number;
  failures: number;
}

interface Client {
  wire: Wire;
  comeBack(): Promise<void>;
}

const MEMBERS = 50;
/** How many come at once while the memory is measured: that is no storm yet. */
const AT_ONCE = 50;

export async function measureSilence(peer: Peer, connections: number): Promise<Silence> {
  const server = await start(peer);
  try {
    await settled(server);
    const before = await collected(server);
    const clients = await fill(peer, server.port, connections);
    await settled(server);
    const kbPerConnection = ((await collected(server)) - before) / connections;
    for (const { wire } of clients) wire.socket.destroy();
    await settled(server);
    return { connections, kbPerConnection, ...(await storm(server, clients)) };
  } finally {
    await server.stop();
  }
}

async function storm(server: Running, clients: readonly Client[]) {
  const before = cpuOf(server.pid);
  const came = await Promise.allSettled(clients.map(client => client.comeBack()));
  const failures = came.filter(({ status }) => status === 'rejected').length;
  await settled(server);
  const stormCpuSeconds = cpuOf(server.pid) - before;
  for (const { wire } of clients) wire.socket.destroy();
  return { stormCpuSeconds, failures };
}

async function fill(peer: Peer, port: number, connections: number): Promise<Client[]> {
  const proves = peer.name === PROVING.name;
  const enter = peer.kind === 'relay' ? people : (at: number, room: number) => plain(at, room, proves);
  const clients: Client[] = [];
  const rooms = Math.ceil(connections / MEMBERS);
  for (let room = 0; room < rooms; room += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, rooms - room) }, (_, nth) => room + nth);
    const filled = await Promise.all(some.map(each => enter(port, each)));
    clients.push(...filled.flat());
  }
  return clients;
}

async function people(port: number, room: number): Promise<Client[]> {
  const inside: Person[] = [];
  for (let nth = 0; nth < MEMBERS; nth++) {
    const person = await join(port, room, `p${nth}`);
    person.wire.ignore();
    inside.push(person);
  }
  return inside.map(person => {
    person.seq = MEMBERS;
    return {
      get wire() {
        return person.wire;
      },
      comeBack: async () => {
        await comeBack(port, person);
        person.wire.ignore();
      },
    };
  });
}

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKey = keys.publicKey.export({ format: 'der', type: 'spki' });
const signed = (challenge: Buffer): Buffer =>
  sign('sha256', challenge, { key: keys.privateKey, dsaEncoding: 'ieee-p1363' });

async function plain(port: number, room: number, proves: boolean): Promise<Client[]> {
  const enter = async () => {
    const wire = await webSocket(port, `/r${room}`);
    const { data } = await wire.hear();
    if (proves) {
      wire.say(Buffer.concat([publicKey, signed(data)]));
      await wire.hear();
    }
    wire.ignore();
    return wire;
  };
  const clients: Client[] = [];
  for (let nth = 0; nth < MEMBERS; nth++) {
    const client: Client = {
      wire: await enter(),
      comeBack: async () => {
        client.wire = await enter();
      },
    };
    clients.push(client);
  }
  return clients;
}

/** Until the server has nothing more to do. */
async function settled({ pid }: Running): Promise<void> {
  for (let last = -1; cpuOf(pid) - last > 0.02; ) {
    last = cpuOf(pid);
    await sleep(500);
  }
}

/** Memory in KB after collections of garbage. */
async function collected({ pid }: Running): Promise<number> {
  for (let nth = 0; nth < 3; nth++) {
    process.kill(pid, 'SIGUSR2');
    await sleep(400);
  }
  return memoryOf(pid);
}
