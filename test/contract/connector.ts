/**
 * Opens new connections at a rate, each for one request, until stdin ends: `node connector.ts <port> <path> <per second>`.
 * A process of its own, so that the test's other work does not slow it down. Prints one line of JSON.
 */
import net from 'node:net';
import process from 'node:process';

const [port = '', path = '/', rate = '100'] = process.argv.slice(2);
const request = `GET ${path} HTTP/1.1\r\nhost: localhost:${port}\r\nconnection: close\r\n\r\n`;
const failures: Record<string, number> = {};
let answered = 0;
let open = 0;
let over = false;

const fail = (why: string): void => {
  failures[why] = (failures[why] ?? 0) + 1;
};

const ask = (): void => {
  open += 1;
  let text = '';
  let why = '';
  const socket = net.connect({ host: '127.0.0.1', port: Number(port) }, () => socket.write(request));
  socket.setEncoding('latin1').setTimeout(30_000, () => socket.destroy(new Error('no answer within 30 s')));
  socket.on('data', chunk => {
    text += chunk;
  });
  socket.on('error', error => {
    why = String(Reflect.get(error, 'code') ?? error.message);
  });
  socket.on('close', () => {
    open -= 1;
    if (why === '' && text.startsWith('HTTP/1.1 200')) answered += 1;
    else fail(why || `answered ${JSON.stringify(text.slice(0, 30))}`);
    if (over && open === 0) report();
  });
};

const report = (): void => {
  process.stdout.write(`${JSON.stringify({ answered, failures })}\n`);
};

const TICK_MS = 10;
const started = performance.now();
let asked = 0;
const timer = setInterval(() => {
  const due = Math.floor(((performance.now() - started) / 1000) * Number(rate));
  // What a busy machine has missed is made up for, but not all at once.
  for (let count = 0; asked < due && count < (Number(rate) * TICK_MS * 3) / 1000 + 1; count++, asked++) ask();
}, TICK_MS);

process.stdin.resume().on('end', () => {
  clearInterval(timer);
  over = true;
  if (open === 0) report();
});
