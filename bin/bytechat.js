#!/usr/bin/env node
// Finds a good Node.js, turns the compile cache on, starts dist/cli.js. `--version` is answered before anything loads.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { advice, findNode, isGood, root } from './find-node.js';

const program = join(root, 'dist', 'cli.js');
const [first] = process.argv.slice(2);

const under = node => {
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  // The terminal sends its signals to the child too; this one only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => process.stdin.isTTY || child.kill(signal));
  child.on('close', (code, signal) => {
    process.exitCode = signal ? 128 + 15 : code;
  });
};

const start = async () => {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache?.();
  await import(program);
};

if (first === '--version' || first === '-V') {
  process.stdout.write(`${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
} else if (!existsSync(program)) {
  process.stderr.write(
    '✗ bytechat is not built here                                           not-built\n  Fix        npm ci\n',
  );
  process.exitCode = 3;
} else if (isGood(process.version)) {
  await start();
} else {
  const node = findNode();
  if (node) under(node);
  else {
    process.stderr.write(advice());
    process.exitCode = 3;
  }
}
