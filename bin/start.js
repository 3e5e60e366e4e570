// Starts a program of dist under a good Node.js, with the compile cache on. No syntax that Node 14 does not know.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { advice, findNode, isGood, root } = require('./find-node.js');

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

const refuse = text => {
  process.stderr.write(text);
  process.exitCode = 3;
};

const NOT_BUILT =
  '✗ bytechat is not built here                                           not-built\n  Fix        npm ci\n';

/** `entry`: what of the program is called once it is loaded; none when loading it is all. */
const start = (file, entry) => {
  const program = join(root, 'dist', file);
  if (!existsSync(program)) return refuse(NOT_BUILT);
  if (!isGood(process.version)) {
    const node = findNode();
    return node ? under(node) : refuse(advice());
  }
  const { enableCompileCache } = require('node:module');
  if (enableCompileCache) enableCompileCache();
  return import(require('node:url').pathToFileURL(program).href).then(loaded => entry && loaded[entry]());
};

module.exports = { start };
