import { expect, test } from 'vitest';
import { typed } from '../../src/core/environment.ts';

test.for([
  [undefined, 'bytechat logs'],
  [{ environment: 'staging' }, 'bytechat logs --env staging'],
  [{ target: 'docker' }, 'bytechat logs'],
  [{ target: 'docker', targetNamed: true }, 'bytechat logs --target docker'],
  [{ environment: 'staging', target: 'docker', targetNamed: true }, 'bytechat logs --env staging --target docker'],
  [{ target: 'gcp', targetNamed: true, project: 'demo-1' }, 'bytechat logs --target gcp --project demo-1'],
] as const)('%j is typed as %s', ([said, line]) => {
  expect(typed('logs', said)).toBe(line);
});
