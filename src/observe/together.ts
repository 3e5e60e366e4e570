import { BytechatError, type Problem } from '../core/problem.ts';

/** All of it, or a BytechatError of everything that failed: nobody mends one thing only to be told of the next. */
export const together = async <Value>(works: readonly Promise<Value>[]): Promise<Value[]> => {
  try {
    return await Promise.all(works);
  } catch (error) {
    throw await withOthers(error, works);
  }
};

/** Who stops a run waits for nothing, and a bug is told alone. */
const withOthers = async (first: unknown, works: readonly Promise<unknown>[]): Promise<unknown> => {
  if (!isProblem(first) || first.problem.code === 'interrupted') return first;
  const settled = await Promise.allSettled(works);
  const failed = settled.flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : []));
  const bug = failed.find(error => !isProblem(error));
  return bug ?? new BytechatError(oneOfEach(failed.filter(isProblem).flatMap(({ problems }) => problems)));
};

const isProblem = (error: unknown): error is BytechatError => error instanceof BytechatError;

/** Questions that fail for the same reason, and that the same mends, are one problem. */
const oneOfEach = (problems: readonly Problem[]): readonly Problem[] => {
  const seen = new Map<string, Problem>();
  for (const problem of problems) {
    const { code, message, because = message, fix } = problem;
    const key = JSON.stringify([code, because, fix]);
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()];
};
