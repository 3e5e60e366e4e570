#!/usr/bin/env node
// Answers `--version` and `--help` from files, `gke token` with the program that has tokens, and else starts dist/cli.js.
// What is not needed for that is not loaded: this file is what every start of bytechat waits for.
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = dirname(__dirname);
const help = join(root, 'dist', 'help.txt');
const words = process.argv.slice(2);
const [first] = words;
const isBare = words.length < 2;

if (first === '--version' || first === '-V') {
  process.stdout.write(`${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
} else if (isBare && (first === undefined || first === '--help' || first === '-h') && existsSync(help)) {
  // The build has asked the program for it.
  process.stdout.write(readFileSync(help, 'utf8'));
} else if (words.join(' ') === 'gke token') {
  // kubectl waits for it at each start.
  require('./start.js').start('credentials.js', 'kubernetes');
} else {
  require('./start.js').start('cli.js');
}
