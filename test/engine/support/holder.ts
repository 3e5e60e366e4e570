/** Takes the lock in a folder, says so, and holds it until it is told to let go: `release`, `fail`, or SIGKILL. */
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileLock } from '../../../src/engine/file-lock.ts';

const [folder = '', owner = ''] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const held = await fileLock(folder, { beat: 20, expiry: 1000, look: 5 })
  .acquire({ owner, doing: 'holding' })
  .catch((error: Error) => say(`refused ${error.message}`));

if (held) {
  say(`held ${held.token}`);
  held.lost.addEventListener('abort', () => say(`lost ${held.lost.reason.problem.code}`));
  for await (const _line of createInterface({ input: process.stdin })) break;
  process.stdin.destroy();
  await held.release();
}
