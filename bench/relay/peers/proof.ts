/** Plain ws whose clients prove on each connection that they hold a key, as a relay's do; nothing else. PORT. */
import { randomBytes, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** A SubjectPublicKeyInfo of P-256; the signature follows. */
const KEY_BYTES = 91;

const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', socket => {
  const challenge = randomBytes(32);
  socket.once('message', (data: Buffer) => {
    const key = { key: data.subarray(0, KEY_BYTES), format: 'der', type: 'spki', dsaEncoding: 'ieee-p1363' } as const;
    if (verify('sha256', challenge, key, data.subarray(KEY_BYTES))) socket.send('joined');
    else socket.close();
  });
  socket.send(challenge);
});
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 4096 });
