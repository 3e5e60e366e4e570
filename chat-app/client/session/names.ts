import { NAME } from '../../protocol/room.ts';

const MOST = 24;

export const isName = (text: string): boolean => NAME.test(text);

/** bob → bob-2 → bob-3; never longer than a name may be. */
export function anotherName(name: string): string {
  const [, stem = name, count = '1'] = name.match(/^(.*)-(\d{1,3})$/) ?? [];
  const ending = `-${Number(count) + 1}`;
  return `${stem.slice(0, MOST - ending.length)}${ending}`;
}
