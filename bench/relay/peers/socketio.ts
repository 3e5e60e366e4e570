/** Socket.IO as it is commonly used, nothing stored. PORT. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const server = createServer();
new Server(server, { perMessageDeflate: false }).on('connection', socket => {
  const { room } = socket.handshake.auth;
  socket.join(room);
  socket.on('msg', body => socket.nsp.to(room).emit('msg', body));
  socket.emit('joined');
});
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096 });
