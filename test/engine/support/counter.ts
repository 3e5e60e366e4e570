/** Takes the lock again and again, and each time does what only one at a time may do. */
import { open, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileLock } from '../../../src/engine/file-lock.ts';

const [folder = '', times = ''] = process.argv.slice(2);
const lock = fileLock(join(folder, 'lock'), { beat: 50, expiry: 60_000, look: 3 });
const [count, inside] = [join(folder, 'count'), join(folder, 'inside')];

for (let turn = 0; turn < Number(times); turn++) {
  const held = await lock.acquire({ owner: String(process.pid), doing: 'counting', waitMs: 120_000 });
  await (await open(inside, 'wx')).close();
  const before = Number(await readFile(count, 'utf8'));
  await writeFile(count, String(before + 1));
  await unlink(inside);
  await held.release();
}
