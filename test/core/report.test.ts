import { expect, test } from 'vitest';
import type { Code, Problem } from '../../src/core/problem.ts';
import {
  exitCodeOf,
  isOk,
  problemsOfReport,
  type Report,
  type StepResult,
  type StepStatus,
} from '../../src/core/report.ts';

const step = (status: StepStatus, problem?: Problem): StepResult => ({
  id: status,
  title: status,
  status,
  durationMs: 0,
  ...(problem && { problem }),
});
const problem = (code: Code, level?: 'warning'): Problem => ({ code, message: code, ...(level && { level }) });
const reportOf = (steps: StepResult[], problems: Problem[] = []): Report => ({
  schema: 1,
  goal: 'deploy',
  app: 'demo',
  target: 'local',
  ok: isOk({ steps, problems }),
  changed: false,
  startedAt: '',
  durationMs: 0,
  checks: 0,
  problems,
  steps,
});

test('a run is well when every step is done or unchanged, whatever it was warned of', () => {
  expect(isOk({ steps: [step('done'), step('unchanged')], problems: [problem('broken-link', 'warning')] })).toBe(true);
  for (const status of ['failed', 'undone', 'pending'] as const)
    expect(isOk({ steps: [step(status)], problems: [] })).toBe(false);
  expect(isOk({ steps: [], problems: [problem('locked')] })).toBe(false);
});

test('the exit code is that of the gravest problem, and never 0 when it did not end well', () => {
  expect(exitCodeOf(reportOf([step('done')]))).toBe(0);
  expect(exitCodeOf(reportOf([step('failed', problem('interrupted'))]))).toBe(130);
  expect(exitCodeOf(reportOf([], [problem('ports-taken')]))).toBe(3);
  expect(exitCodeOf(reportOf([step('pending')]))).toBe(1);
});

test('what failed comes before what could not be put back because of it', () => {
  const steps = [step('done', problem('undo-failed')), step('failed', problem('docker-down'))];
  expect(problemsOfReport({ problems: [], steps }).map(({ code }) => code)).toEqual(['docker-down', 'undo-failed']);
  expect(exitCodeOf(reportOf(steps))).toBe(3);
});
