/** The limit: rooms over bare TCP, one write for each member and turn of the event loop, nothing stored. PORT. */
import type { Socket } from 'node:net';
import { createServer } from 'node:net';

interface Room {
  members: Set<Socket>;
  waiting: Buffer[];
}

const rooms = new Map<string, Room>();
const dirty = new Set<Room>();

function flush(): void {
  for (const room of dirty) {
    const bytes = room.waiting.length === 1 ? room.waiting[0] : Buffer.concat(room.waiting);
    room.waiting = [];
    for (const member of room.members) if (bytes) member.write(bytes);
  }
  dirty.clear();
}

function say(room: Room, frame: Buffer): void {
  room.waiting.push(frame);
  if (dirty.size === 0) setImmediate(flush);
  dirty.add(room);
}

function enter(socket: Socket, name: string): Room {
  const room = rooms.get(name) ?? { members: new Set(), waiting: [] };
  rooms.set(name, room);
  room.members.add(socket);
  socket.write(Buffer.from([0, 0, 0, 1, 0]));
  return room;
}

const server = createServer(socket => {
  let room: Room | undefined;
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    while (data.length - at >= 4) {
      const end = at + 4 + data.readUInt32BE(at);
      if (end > data.length) break;
      if (room) say(room, data.subarray(at, end));
      else room = enter(socket, data.toString('latin1', at + 4, end));
      at = end;
    }
    rest = data.subarray(at);
  });
  socket.on('close', () => room?.members.delete(socket));
  socket.on('error', () => {});
});
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096 });
