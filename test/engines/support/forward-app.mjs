// The app that the tests of port-forwards lead to. It runs in a pod as `node -e`, so it is one file without imports.
const { createHash } = require('node:crypto');
const { createServer } = require('node:http');
const net = require('node:net');
const { hostname } = require('node:os');

const PIECE = Buffer.alloc(64 * 1024, 'b');

const sendBig = async (response, megabytes) => {
  response.writeHead(200, { 'content-length': megabytes * 1024 * 1024 });
  for (let left = megabytes * 16; left > 0; left--)
    if (!response.write(PIECE)) await new Promise(resolve => response.once('drain', resolve));
  response.end();
};

const count = async (request, response) => {
  let bytes = 0;
  for await (const chunk of request) bytes += chunk.length;
  response.end(String(bytes));
};

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://app');
  if (pathname === '/big') return sendBig(response, Number(searchParams.get('megabytes')));
  if (pathname === '/count') return count(request, response);
  if (pathname === '/die') return process.exit(1);
  response.end(hostname());
});

// Says every short text frame again (RFC 6455).
server.on('upgrade', (request, socket) => {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  );
  socket.on('error', () => {});
  socket.on('data', frame => {
    if ((frame[0] & 15) !== 1) return socket.end();
    const text = frame.subarray(6).map((byte, index) => byte ^ frame[2 + (index % 4)]);
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
  });
});
server.listen(8080);

// Answers half a second after it was asked, and then ends.
net
  .createServer({ allowHalfOpen: true }, socket => {
    socket.on('error', () => {});
    socket.once('data', () => setTimeout(() => socket.end('late'), 500));
  })
  .listen(9001);

process.on('SIGTERM', () => server.close(() => process.exit(0)));
