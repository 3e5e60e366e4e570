import { pixelPath } from './pixels.ts';

const letters = [
  '#............#..............#............#...',
  '#............#..............#............#...',
  '####..#...#.####..###...###.####...###..####.',
  '#...#.#...#..#...#...#.#....#...#.....#..#...',
  '#...#.#...#..#...#####.#....#...#..####..#...',
  '#...#.#...#..#...#.....#....#...#.#...#..#...',
  '####...####...##..####..###.#...#..####...##.',
  '..........#..................................',
  '.......###...................................',
];
const cursor = ['###', '###', '###', '###', '###', '###', '###'];

/** The name in pixels, with a cursor that blinks unless motion is unwanted. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 195 36" role="img" aria-label="ByteChat">
      <path d={pixelPath(letters, 4, 0.7)} />
      <path className="cursor" transform="translate(184 0)" d={pixelPath(cursor, 4, 0.7)} />
    </svg>
  );
}
