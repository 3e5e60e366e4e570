/**
 * An app that stands by and does not do what it is told: RELEASE and ACTIVATE say what it answers to these (a status, or
 * `never`). It writes down each time that it takes the data (`DATA_DIR/taken`). With IDLE_MS it closes connections to its
 * private socket that ask nothing, and counts them (`DATA_DIR/lines`). `/lines` there says how many are open.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';

const {
  TEXT = '',
  RELEASE = '200',
  ACTIVATE = '200',
  HOST,
  PORT,
  STANDBY_SOCKET,
  DATA_DIR = '',
  IDLE_MS = '0',
} = process.env;

const server = createServer((_, response) => {
  response.setHeader('connection', 'close');
  response.end(TEXT);
});
const open = (): Promise<void> =>
  new Promise(resolve => {
    appendFileSync(join(DATA_DIR, 'taken'), `${TEXT}\n`);
    if (server.listening) resolve();
    else server.listen({ host: HOST, port: Number(PORT) }, resolve);
  });

const aside = createServer(async (request, response) => {
  if (request.url === '/lines') return aside.getConnections((_, count) => response.end(String(count)));
  const says = { '/activate': ACTIVATE, '/release': RELEASE }[request.url ?? ''] ?? '200';
  if (request.url === '/activate' && says !== '500') await open();
  if (says === 'never') return;
  if (request.url === '/release' && says === '200') server.close();
  response.writeHead(Number(says)).end(says === '500' ? '{"reason":"the data is of a later version"}' : '{}');
}).listen(STANDBY_SOCKET);
aside.on('connection', socket => {
  if (IDLE_MS === '0') return;
  appendFileSync(join(DATA_DIR, 'lines'), '.');
  socket.setTimeout(Number(IDLE_MS), () => socket.destroy());
});

process.on('SIGTERM', () => process.exit(0));
