/** A tiny app that takes its socket in every way that there is. `/` answers TEXT; `/crash` ends it. */
import { createServer, type RequestListener } from 'node:http';
import process from 'node:process';

const { TEXT, FAILS, HOST, PORT, LISTEN_FDS, LISTEN_PID, STANDBY_SOCKET } = process.env;
if (FAILS === 'start') throw new Error('boom: the database is gone');

const answer: RequestListener = (request, response) => {
  response.setHeader('connection', 'close');
  if (request.url === '/crash') {
    process.stdout.write('boom: asked to crash\n');
    process.exit(7);
  }
  if (request.url === '/env') return void response.end(JSON.stringify(process.env));
  response.end(TEXT);
};

const server = createServer(answer);
const open = (): Promise<void> =>
  new Promise(resolve => {
    const mine = LISTEN_FDS === '1' && LISTEN_PID === String(process.pid);
    server.listen(mine ? { fd: 3 } : { host: HOST, port: Number(PORT) }, resolve);
  });

const aside = createServer(async (request, response) => {
  if (request.url !== '/activate') return void response.writeHead(404).end();
  if (FAILS === 'activate') return void response.writeHead(500).end('{"reason":"the data is of a later version"}');
  await open();
  response.end('{}');
});

process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`hello of ${TEXT}\n`);
if (STANDBY_SOCKET) aside.listen(STANDBY_SOCKET);
else await open();
