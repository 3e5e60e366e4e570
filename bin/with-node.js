#!/usr/bin/env node
// Runs a program of this repository under a good Node.js: `node bin/with-node.js scripts/build.ts --watch`.
const { spawn } = require('node:child_process');
const { delimiter, dirname } = require('node:path');
const { advice, findNode } = require('./find-node.js');

const node = findNode();
if (node) {
  const path = `${dirname(node)}${delimiter}${process.env.PATH}`;
  const child = spawn(node, process.argv.slice(2), { stdio: 'inherit', env: { ...process.env, PATH: path } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('close', (code, signal) => {
    process.exitCode = signal ? 1 : code;
  });
} else {
  process.stderr.write(advice());
  process.exitCode = 3;
}
