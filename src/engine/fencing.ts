import { BytechatError } from '../core/problem.ts';

/** A deploy that has lost its lock comes too late: `highest` is the number of the latest lock that was seen. */
export const checkToken = (highest: number, token: number): void => {
  if (token >= highest) return;
  throw new BytechatError({
    code: 'lock-lost',
    message: 'A later deploy has taken over',
    because: `its lock has number ${highest}, this one ${token}`,
    fix: 'bytechat status, then deploy again',
  });
};
