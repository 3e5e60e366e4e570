/** A crowd of clients of one server, each in its room and silent, as the generator takes it over. */
import type { Socket } from 'node:net';
import { catchUp, join, messageOf, random, startChain } from './people.ts';
import { reader, tcp, webSocket } from './socket.ts';

export type Kind = 'relay' | 'ws' | 'sio' | 'tcp' | 'mqtt';

export interface Shape {
  rooms: number;
  members: number;
  /** How many of a room speak. */
  speakers: number;
}

export interface Crowd {
  clients: { socket: Socket; speaks: boolean; says: Uint8Array }[];
  framing: 'ws' | 'text' | 'tcp' | 'mqtt';
  /** Where the mark is in what is said, and in what is heard. */
  sayAt: number;
  hearAt: number;
}

/** What a line of text is on the wire from a client: kind byte and 392 bytes. */
const LINE_BYTES = 393;
const MARK_AT = 29;

export function gather(kind: Kind, port: number, shape: Shape): Promise<Crowd> {
  return kind === 'relay' ? relayCrowd(port, shape) : plainCrowd(kind, port, shape);
}

async function relayCrowd(port: number, { rooms, members, speakers }: Shape): Promise<Crowd> {
  const clients: Crowd['clients'] = [];
  for (let room = 0; room < rooms; room++) {
    const people = [];
    for (let nth = 0; nth < members; nth++) people.push(await join(port, room, `p${nth}`));
    for (const one of people) await catchUp(one, members);
    for (const one of people.slice(0, speakers)) {
      await startChain(
        one,
        people.filter(other => other !== one),
      );
    }
    for (const one of people) await catchUp(one, members + speakers);
    people.forEach((one, nth) => {
      one.wire.still();
      clients.push({ socket: one.wire.socket, speaks: nth < speakers, says: Buffer.from([1, ...messageOf(one)]) });
    });
  }
  return { clients, framing: 'ws', sayAt: MARK_AT, hearAt: 8 + MARK_AT };
}

const FRAMING = { ws: 'ws', sio: 'text', tcp: 'tcp', mqtt: 'mqtt' } as const;
type Plain = keyof typeof FRAMING;

async function plainCrowd(kind: Plain, port: number, { rooms, members, speakers }: Shape): Promise<Crowd> {
  const clients: Crowd['clients'] = [];
  for (let room = 0; room < rooms; room++) {
    const says = SAYS[kind](`r${String(room).padStart(4, '0')}`);
    for (let nth = 0; nth < members; nth++) {
      const socket = await ENTER[kind](port, `r${String(room).padStart(4, '0')}`);
      clients.push({ socket, speaks: nth < speakers, says });
    }
  }
  const sayAt = { ws: MARK_AT, tcp: 4 + MARK_AT, sio: TEXT_START.length, mqtt: 3 + 2 + 5 + MARK_AT }[kind];
  return { clients, framing: FRAMING[kind], sayAt, hearAt: sayAt };
}

const TEXT_START = '42["msg","';

/** Of one length for all: those that send text send as many characters as the others bytes. */
const SAYS: Readonly<Record<Plain, (room: string) => Uint8Array>> = {
  ws: () => random(LINE_BYTES),
  tcp: () => Buffer.concat([Buffer.from([0, 0, LINE_BYTES >> 8, LINE_BYTES & 255]), random(LINE_BYTES)]),
  sio: () => Buffer.from(`${TEXT_START}${'A'.repeat(LINE_BYTES)}"]`),
  mqtt: room => packet(0x30, Buffer.concat([field(room), random(LINE_BYTES)])),
};

const ENTER: Readonly<Record<Plain, (port: number, room: string) => Promise<Socket>>> = {
  ws: async (port, room) => {
    const wire = await webSocket(port, `/${room}`);
    await wire.hear();
    wire.still();
    return wire.socket;
  },
  tcp: async (port, room) => {
    const socket = await tcp(port);
    socket.write(Buffer.from([0, 0, 0, room.length, ...Buffer.from(room)]));
    return answered(socket, 5);
  },
  sio: async (port, room) => {
    const wire = await webSocket(port, '/socket.io/?EIO=4&transport=websocket');
    await wire.hear();
    wire.say(`40${JSON.stringify({ room })}`);
    // The two come in either order.
    await wire.hear();
    await wire.hear();
    wire.still();
    return wire.socket;
  },
  mqtt: async (port, room) => {
    const socket = await tcp(port);
    const id = field(Buffer.from(random(8)).toString('hex'));
    socket.write(packet(0x10, Buffer.concat([field('MQTT'), Buffer.from([4, 2, 0, 0]), id])));
    socket.write(packet(0x82, Buffer.concat([Buffer.from([0, 1]), field(room), Buffer.from([0])])));
    return answered(socket, 4 + 5);
  },
};

/** Once so many bytes have been read. */
async function answered(socket: Socket, bytes: number): Promise<Socket> {
  const inbox = reader(socket);
  await inbox.next(data => (data.length >= bytes ? { opcode: 0, data, used: bytes } : undefined));
  inbox.stop();
  return socket;
}

const field = (text: string): Buffer => Buffer.from([0, text.length, ...Buffer.from(text)]);

function packet(first: number, body: Buffer): Buffer {
  const length = body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >> 7];
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}
