#!/usr/bin/env node
// Answers `--version` and `--help` from files, and else finds a good Node.js, turns the compile cache on and starts
// dist/cli.js. What is not needed for that is not loaded: this file is what every start of bytechat waits for.
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = dirname(__dirname);
const program = join(root, 'dist', 'cli.js');
const [first, ...more] = process.argv.slice(2);

const under = node => {
  const { spawn } = require('node:child_process');
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  // The terminal sends its signals to the child too; this one only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => process.stdin.isTTY || child.kill(signal));
  }
  child.on('close', (code, signal) => {
    process.exitCode = signal ? 128 + 15 : code;
  });
};

const start = () => {
  const { advice, findNode, isGood } = require('./find-node.js');
  if (isGood(process.version)) {
    const { enableCompileCache } = require('node:module');
    if (enableCompileCache) enableCompileCache();
    return import(require('node:url').pathToFileURL(program).href);
  }
  const node = findNode();
  if (node) return under(node);
  process.stderr.write(advice());
  process.exitCode = 3;
};

if (first === '--version' || first === '-V') {
  process.stdout.write(`${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
} else if (!existsSync(program)) {
  process.stderr.write(
    '✗ bytechat is not built here                                           not-built\n  Fix        npm ci\n',
  );
  process.exitCode = 3;
} else if ((first === undefined || first === '--help' || first === '-h') && more.length === 0) {
  // The build has asked the program for it.
  process.stdout.write(readFileSync(join(root, 'dist', 'help.txt'), 'utf8'));
} else {
  start();
}
