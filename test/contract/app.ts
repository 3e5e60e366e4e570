import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a version of the little app behaves. */
export type Behaviour = 'good' | 'crash' | 'crash-later' | 'never-healthy' | 'wrong-probe' | 'slow';

export interface Version {
  readonly text: string;
  readonly behaviour?: Behaviour;
  /** The form of its data, and the lowest form that a release must know to read them afterwards. Default: 1 and 1. */
  readonly data?: { readonly version: number; readonly compatibleWith: number };
}

/**
 * A second app, not the chat: it answers `/` with its text and `/healthz` with 200, takes its socket in every way that
 * there is, and locks its data while it serves, so that two writers at once would be seen.
 */
export const writeApp = (folder: string, version: Version): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
  writeFileSync(join(folder, 'server.js'), program(version));
};

const program = ({ text, behaviour = 'good', data = { version: 1, compatibleWith: 1 } }: Version): string => `
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const behaviour = ${JSON.stringify(behaviour)};
const known = ${JSON.stringify(data)};
const { STANDBY_SOCKET, LISTEN_FDS, PORT, HOST, DATA_DIR } = process.env;
const form = join(DATA_DIR, 'form.json');
const notes = join(DATA_DIR, 'notes');
const found = () => (existsSync(form) ? JSON.parse(readFileSync(form, 'utf8')) : { version: 0, compatibleWith: 0 });
const report = () => {
  const { version, compatibleWith } = found();
  if (compatibleWith > known.version) return { tooNew: true };
  return { migrates: version < known.version, back: version === 0 || known.compatibleWith <= version };
};
if (behaviour === 'crash') { console.error('boom: the database is gone'); process.exit(3); }

// A lock of the system: whoever else has the data open is seen, in another container too, and whoever dies lets go.
let writing;
const takeData = () => {
  writing = new DatabaseSync(join(DATA_DIR, 'writing.db'));
  try {
    writing.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch {
    console.error('two writers at once');
    writeFileSync(join(DATA_DIR, 'two-writers'), '');
  }
};

let serving = false;
const born = Date.now();
const healthy = () => behaviour !== 'never-healthy' && (behaviour !== 'slow' || Date.now() - born > 1500);
const answer = (request, response) => {
  response.setHeader('connection', 'close');
  if (request.url === '/healthz' && behaviour !== 'wrong-probe') {
    response.writeHead(healthy() ? 200 : 503).end(healthy() ? 'ok' : 'still waiting for the moon');
  } else if (request.url === '/') response.end(${JSON.stringify(text)});
  else if (request.url === '/readyz') response.writeHead(report().tooNew ? 503 : 200).end(JSON.stringify({ data: report() }));
  else if (request.url === '/notes') response.end(readFileSync(notes, 'utf8'));
  else response.writeHead(404).end();
};

const open = () => new Promise(resolve => {
  takeData();
  if (report().tooNew) { console.error('the data are too new'); process.exit(5); }
  if (found().version < known.version) writeFileSync(form, JSON.stringify(known));
  appendFileSync(notes, ${JSON.stringify(text)} + '\\n');
  server.listen(LISTEN_FDS ? { fd: 3 } : { host: HOST, port: Number(PORT) }, resolve);
  serving = true;
  console.log('serves', ${JSON.stringify(text)});
  if (behaviour === 'crash-later') setTimeout(() => { console.error('boom: too late'); process.exit(4); }, 100);
});

// Told twice, it serves all the same.
let opening;
const server = createServer(answer);
const priv = createServer(async (request, response) => {
  if (request.url === '/activate') {
    opening ??= open();
    await opening;
    response.end(JSON.stringify({ state: 'serving' }));
  } else if (request.url === '/release') {
    release();
    response.end(JSON.stringify({ state: 'released' }));
  } else answer(request, response);
});

// http.Server.close would also cut connections that were accepted and have not asked yet.
let closed;
const release = () => {
  closed ??= new Promise(resolve => Server.prototype.close.call(server, resolve));
  writing?.close();
  writing = undefined;
  serving = false;
};

process.on('SIGTERM', async () => {
  priv.close();
  if (serving || closed) release();
  await closed;
  process.exit(0);
});

if (STANDBY_SOCKET) priv.listen(STANDBY_SOCKET);
else await open();
`;
