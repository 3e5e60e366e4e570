import { BytechatError } from '../core/problem.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `90`, `90s`, `10m`, `1h` as milliseconds. */
export const parseTime = (text: string): number => {
  const [, count, unit = 's'] = /^(\d+)([smh])?$/.exec(text) ?? [];
  if (count === undefined) {
    throw new BytechatError({
      code: 'usage',
      message: `"${text}" is no time`,
      allowed: ['90s', '10m', '1h'],
      fix: '--lock-wait 10m',
    });
  }
  return Number(count) * (UNITS[unit] ?? 1000);
};
