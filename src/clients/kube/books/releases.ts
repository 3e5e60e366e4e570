import { randomBytes } from 'node:crypto';
import type { ReleaseRecord, Releases } from '../../../core/release.ts';
import { good } from '../problems.ts';
import type { KubeAnswer } from '../session.ts';
import { ask, askPatiently, type BooksAt, called, pathOf } from './at.ts';
import { type Data, dataIn, writeData } from './data.ts';

/** A ConfigMap holds 1 MiB; two who write at once may both add to what they have seen. */
const MOST_BYTES = 900 * 1024;
const MOST = 50;

/**
 * History as one ConfigMap, `<name>-history`: a key for each record, sorted by time, so that two who write at once lose
 * nothing. The last 50 are kept, and at most 900 KiB.
 */
export const clusterReleases = (at: BooksAt): Releases => ({
  async append(record) {
    const [key, text] = [keyOf(record, randomBytes(4).toString('hex')), JSON.stringify(record)];
    const before = read(at, await askPatiently(at, { path: pathOf('history', at) }));
    const dropped = tooMany({ ...before, [key]: text }).map(old => [old, null]);
    await writeData('history', at, { ...Object.fromEntries(dropped), [key]: text });
  },
  list: async () => recordsIn(read(at, await ask(at, { path: pathOf('history', at) }))),
});

const read = (at: BooksAt, answer: KubeAnswer): Data =>
  answer.status === 404 ? {} : dataIn(good(answer, `read ${called('history', at)}`));

/** `20261123T140207.042Z-1f2e3d4c`: sorts by time. */
export const keyOf = ({ at }: Pick<ReleaseRecord, 'at'>, own: string): string => `${at.replaceAll(/[-:]/g, '')}-${own}`;

/** The oldest keys, which have to go so that the rest is within bounds. The newest always stays. */
export const tooMany = (
  data: Data,
  { most, bytes }: { most: number; bytes: number } = { most: MOST, bytes: MOST_BYTES },
) => {
  let left = bytes;
  const newestFirst = Object.keys(data).sort().reverse();
  const firstOut = newestFirst.findIndex((key, place) => {
    left -= Buffer.byteLength(key) + Buffer.byteLength(data[key] ?? '');
    return place > 0 && (place >= most || left < 0);
  });
  return firstOut < 0 ? [] : newestFirst.slice(firstOut);
};

/** Oldest first. What is no record is left out: people can write into a ConfigMap too. */
export const recordsIn = (data: Data): readonly ReleaseRecord[] =>
  Object.entries(data)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, text]) => recordIn(text) ?? []);

const recordIn = (text: string): ReleaseRecord | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return Reflect.get(Object(value), 'schema') === 1 ? (value as ReleaseRecord) : undefined;
  } catch {
    return undefined;
  }
};
