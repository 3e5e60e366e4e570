import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const file = join(import.meta.dirname, '../../../chat-app/server/garbage.ts');

/** Half of what is made lives for a while, as in a storm. */
const CHURN = `
  import { getHeapSpaceStatistics } from 'node:v8';
  const kept = [];
  for (let turn = 0; turn < 100; turn++) {
    for (let nth = 0; nth < 30_000; nth++) kept[nth % 100_000] = { nth: [nth], text: String(nth) };
    await new Promise(setImmediate);
  }
  const young = getHeapSpaceStatistics().find(each => each.space_name === 'new_space');
  process.stdout.write(String(young.space_size / 2 ** 20));`;

const megabytes = (before: string): number =>
  Number(execFileSync(process.execPath, ['--input-type=module', '-e', before + CHURN], { encoding: 'utf8' }));

test('memory for what is soon garbage stays small, where it would grow', () => {
  expect(megabytes('')).toBeGreaterThan(60);
  expect(megabytes(`import { limitGarbage } from ${JSON.stringify(file)}; limitGarbage();`)).toBeLessThanOrEqual(32);
});
