/**
 * The forwarder: a small process that listens on this machine and leads each connection to a ready pod of a Service,
 * through the API server. It is started with a `ForwardStart` on its standard input, says in one line on its standard
 * output whether it listens, and outlives whoever has started it. See `src/clients/forward.ts`.
 */
import { join } from 'node:path';
import process from 'node:process';
import { serveForward } from '../clients/kube/forward/serve.ts';
import { FORWARD_FILES, type ForwardStart, type ForwardState } from '../core/forward.ts';
import { problemsOf } from '../core/problem.ts';
import { readIfThere, writeWhole } from '../engine/files.ts';
import { identify } from '../engine/process-identity.ts';
import { boundedLog } from './log.ts';
import { reasonToEnd } from './reasons.ts';

const read = async (): Promise<ForwardStart> => {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text) as ForwardStart;
};

/** Nobody may be there any more to hear it. */
const tell = (word: object): Promise<void> =>
  new Promise(resolve => {
    process.stdout.on('error', () => resolve());
    process.stdout.write(`${JSON.stringify(word)}\n`, () => resolve());
  });

const GONE_MS = 60_000;
const LOOK_MS = 1_000;

const { spec, version, folder, before, goneMs = GONE_MS } = await read();
const stateFile = join(folder, FORWARD_FILES.state);
const say = boundedLog(join(folder, FORWARD_FILES.log), join(folder, FORWARD_FILES.older));
const self = identify() ?? { pid: process.pid, started: '' };

const run = async (): Promise<void> => {
  const serving = await serveForward(spec, { before, say });
  const state: ForwardState = { ...spec, ...self, port: serving.port, since: new Date().toISOString(), version };
  await writeWhole(stateFile, JSON.stringify(state), 0o600);
  say(`listens on ${spec.host}:${serving.port} for ${spec.namespace}/${spec.name} in ${spec.context}`);
  void tell({ port: serving.port });
  const end = async (why: string): Promise<void> => {
    say(`ends: ${why}`);
    await serving.end();
    process.exit(0);
  };
  process.on('SIGTERM', () => end('it was asked to'));
  process.on('SIGINT', () => end('it was asked to'));
  process.on('SIGHUP', () => {});
  const look = async (): Promise<void> => {
    const since = serving.pods.goneSince();
    const goneForMs = since === undefined ? undefined : performance.now() - since;
    const why = reasonToEnd({ stateFile: await readIfThere(stateFile), self, goneForMs, goneMs });
    if (why !== undefined) await end(why);
  };
  setInterval(() => look().catch(error => say(`cannot look at its state file: ${error}`)), LOOK_MS);
};

try {
  await run();
} catch (error) {
  const [problem] = problemsOf(error);
  say(`cannot start: ${problem?.message}`);
  await tell({ problem });
  process.exit(1);
}
