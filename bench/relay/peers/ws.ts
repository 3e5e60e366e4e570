/** Plain ws: a send for each member and message, nothing stored. PORT. */
import { createServer } from 'node:http';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

const rooms = new Map<string, Set<WebSocket>>();
const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, { url = '' }) => {
  const members = rooms.get(url) ?? new Set();
  rooms.set(url, members.add(socket));
  socket.on('message', (data, binary) => {
    for (const member of members) member.send(data, { binary });
  });
  socket.on('close', () => members.delete(socket));
  socket.send('joined');
});
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096 });
