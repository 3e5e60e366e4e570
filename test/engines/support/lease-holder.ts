/** Takes the lock of an app in the cluster, says so, and holds it until it is told to let go, or dies. */
import process from 'node:process';
import { createInterface } from 'node:readline';
import { clusterJournal } from '../../../src/clients/kube/books/journal.ts';
import { leaseLock } from '../../../src/clients/kube/books/lease-lock.ts';

const { at, times, owner, run } = JSON.parse(process.argv[2] ?? '{}');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const held = await leaseLock(at, times)
  .acquire({ owner, doing: 'holding' })
  .catch((error: Error) => say(`refused ${error.message}`));

if (held) {
  if (run) {
    const journal = clusterJournal(at);
    await journal.append({ run, edge: 'run.begin', note: 'deploy' });
    await journal.append({ run, edge: 'action.begin', step: 'release', action: 0 });
  }
  say(`held ${held.token}`);
  held.lost.addEventListener('abort', () => say(`lost ${held.lost.reason.problem.code}`));
  for await (const _line of createInterface({ input: process.stdin })) break;
  process.stdin.destroy();
  await held.release();
}
