/**
 * A relay that lies on command. It serves the built page under the product's own policy, speaks the product's own
 * frames, and is honest in every room until a test tells it what to do instead.
 */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fastify from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ClientFrame, RelayFrame } from '../../../chat-app/protocol/frames.ts';
import { decodeClientFrame, encodeRelayFrame } from '../../../chat-app/protocol/frames.ts';
import { SOCKET_PATH, SUBPROTOCOL } from '../../../chat-app/protocol/suite.ts';
import { clientRoutes, securityHeaders } from '../../../chat-app/server/routes/client.ts';
import { healthRoutes } from '../../../chat-app/server/routes/health.ts';
import { readBundle } from '../second/implementation/bundle.ts';
import { hex } from '../second/implementation/bytes.ts';
import { roomOf } from '../second/implementation/room.ts';
import { bytes, Room, type Visit } from './room.ts';

const built = process.env.BYTECHAT_TEST_CHAT_BUILD ?? join(import.meta.dirname, '../../../dist/chat-app');

/** A frame that a page has sent. */
export interface Heard {
  frame: ClientFrame;
  /** As it came. */
  data: Buffer;
}

export interface Liar {
  origin: string;
  /** Everything that pages have sent since `newRoom`. */
  heard: Heard[];
  /** A room of its own for each test. */
  newRoom(): Room;
  /** The first frame of every connection; what is changed stays so until `newRoom`. */
  hello: Partial<Hello>;
  close(): Promise<void>;
}

type Hello = Extract<RelayFrame, { type: 'hello' }>;

export async function startLiar(): Promise<Liar> {
  const http = fastify();
  securityHeaders(http);
  healthRoutes(http, { state: () => 'serving', ready: async () => undefined });
  await clientRoutes(http, join(built, 'client'));
  const sockets = new WebSocketServer({ server: http.server, path: SOCKET_PATH, handleProtocols: () => SUBPROTOCOL });
  const rooms = new Map<string, Room>();
  const liar: Omit<Liar, 'origin' | 'newRoom' | 'close'> = { heard: [], hello: {} };
  sockets.on('connection', socket => void greet(socket, rooms, liar));
  await http.listen({ port: 0, host: '127.0.0.1' });
  const { port } = http.server.address() as AddressInfo;
  return Object.assign(liar, {
    origin: `http://localhost:${port}`,
    newRoom: () => {
      Object.assign(liar, { heard: [], hello: {} });
      const room = new Room(`harbour-${rooms.size + 1}`);
      rooms.set(hex(roomOf(room.id)), room);
      return room;
    },
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await http.close();
    },
  });
}

export const challenge = () => bytes(randomBytes(32));

export const hello = (more: Partial<Hello> = {}): Hello => ({
  type: 'hello',
  suites: [1],
  challenge: challenge(),
  time: Date.now(),
  limits: { members: 50, text: 4062, frame: 65_536, awayMs: 86_400_000 },
  ...more,
});

function greet(socket: WebSocket, rooms: Map<string, Room>, liar: Pick<Liar, 'heard' | 'hello'>): void {
  const visit: Visit = {
    guest: undefined,
    say: (...frames) => {
      for (const frame of frames) socket.send(encodeRelayFrame(frame));
    },
    cut: () => socket.terminate(),
  };
  let room: Room | undefined;
  socket.on('message', (data: Buffer, isBinary) => {
    const frame = decodeClientFrame(isBinary ? bytes(data) : String(data));
    liar.heard.push({ frame, data });
    room = roomFor(frame, rooms) ?? room;
    room?.hear(frame, visit);
  });
  visit.say(hello(liar.hello));
}

/** What says itself which room it is about. */
function roomFor(frame: ClientFrame, rooms: Map<string, Room>): Room | undefined {
  if (frame.type === 'join') return rooms.get(hex(readBundle(frame.bundle).room));
  if (frame.type !== 'resume') return undefined;
  const id = hex(frame.bundleId);
  return [...rooms.values()].find(room => room.guests.some(({ bundle }) => hex(bundle.id) === id));
}
