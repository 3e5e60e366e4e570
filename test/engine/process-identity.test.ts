import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { identify, isAlive } from '../../src/engine/process-identity.ts';

const started = (): ChildProcess => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};

test('this process is alive, and is itself', () => {
  const self = identify();
  expect(self?.pid).toBe(process.pid);
  expect(self && isAlive(self)).toBe(true);
});

test('a process that ended is not', async () => {
  const child = started();
  const identity = identify(child.pid);
  expect(identity && isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(identity && isAlive(identity)).toBe(false);
  expect(identify(child.pid)).toBeUndefined();
});

test.runIf(process.platform === 'linux')('a later process with the same number is another one', () => {
  const child = started();
  const identity = { pid: child.pid ?? 0, started: identify(process.pid)?.started ?? '' };
  expect(identity.started).not.toBe('');
  expect(isAlive(identity)).toBe(false);
});
