/**
 * Runs the built relay as a process of its own: `dist/chat-app/relay.js`, or the one in BYTECHAT_TEST_CHAT_BUILD, with
 * the built client beside it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const built = process.env.BYTECHAT_TEST_CHAT_BUILD ?? join(import.meta.dirname, '../../dist/chat-app');
const program = join(built, 'relay.js');

export interface RunningRelay {
  origin: string;
  port: number;
  /** Of the process that runs now. */
  pid(): number;
  /** Everything that it has written to its log. */
  logged: readonly string[];
  /** Where its database is. */
  dataDir: string;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** The same port and the same database again. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  dispose(): Promise<void>;
}

/** On a free port of loopback, with an empty folder for its data. `env` adds to its configuration. */
export async function startRelay(env: Record<string, string> = {}): Promise<RunningRelay> {
  if (!existsSync(program)) throw new Error('The chat is not built: node chat-app/build.ts');
  const dataDir = mkdtempSync(join(tmpdir(), 'bytechat-relay-'));
  const settings = { HOST: '127.0.0.1', DATA_DIR: dataDir, ...env };
  const logged: string[] = [];
  let running = await run({ ...settings, PORT: '0' }, logged);
  const { port } = running;
  const stop = () => end(running.child);
  return {
    origin: `http://localhost:${port}`,
    port,
    pid: () => running.child.pid ?? 0,
    logged,
    dataDir,
    stop,
    start: async () => {
      running = await run({ ...settings, PORT: String(port) }, logged);
    },
    dispose: async () => {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

interface Running {
  child: ChildProcess;
  port: number;
}

/** Resolves when it listens; what it says otherwise is the error. */
function run(settings: Record<string, string>, said: string[]): Promise<Running> {
  const child = spawn(process.execPath, [program], { env: { PATH: process.env.PATH, ...settings } });
  return new Promise((resolve, reject) => {
    child.on('exit', code => reject(new Error(`The relay ended (${code}): ${said.join('\n')}`)));
    child.stderr.on('data', chunk => said.push(String(chunk)));
    createInterface(child.stdout).on('line', line => {
      said.push(line);
      const { msg, port } = JSON.parse(line);
      if (msg === 'listening') resolve({ child, port });
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
