import type { StepResult, StepStatus } from '../core/report.ts';
import { duration, ends, wrap } from './format.ts';
import type { Style } from './style.ts';

const NAME = 10;

/** `check      8 checks                    0.2 s`, without its sign. */
export const stepLine = (step: Pick<StepResult, 'id'> & Partial<StepResult>, { width, signs }: Style): string => {
  const { id, detail, problem, durationMs } = step;
  const text = `${id.padEnd(NAME)} ${problem?.message ?? detail ?? ''}`;
  const right = durationMs === undefined || step.status === 'pending' ? '' : duration(durationMs);
  // Two columns of sign and indentation on the left, and two that listr2 keeps free on the right.
  return ends(text, right, { width: width - 6, ellipsis: signs.ellipsis });
};

export const signOf = (status: StepStatus, { paint, signs }: Style): string => {
  switch (status) {
    case 'done':
      return paint.green(signs.done);
    case 'unchanged':
      return paint.dim(signs.unchanged);
    case 'failed':
      return paint.red(signs.failed);
    case 'undone':
      return paint.yellow(signs.undone);
    case 'pending':
      return paint.dim(signs.pending);
  }
};

/** What is said of the surroundings, under a headline. */
export const contextLines = (context: readonly string[], { paint, signs, width }: Style): string[] =>
  context.length === 0 ? [] : wrap(context.join(` ${signs.dot} `), width - 2).map(line => `  ${paint.dim(line)}`);
