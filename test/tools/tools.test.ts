import { expect, test } from 'vitest';
import { display } from '../../src/core/display.ts';
import type { Outcome } from '../../src/core/runner.ts';
import { problemOfOutcome } from '../../src/engine/outcome.ts';
import { build } from '../../src/tools/build.ts';
import * as git from '../../src/tools/git.ts';

test.for([
  [git.head('/project'), 'git rev-parse HEAD'],
  [git.changes('/project'), 'git status --porcelain --untracked-files=normal'],
  [build(['npm', 'run', 'build'], '/project', '/usr/bin/node'), 'NO_COLOR=1 npm run build'],
  [build(['node', 'build.js', 'a b'], '/project', '/usr/bin/node'), "NO_COLOR=1 /usr/bin/node build.js 'a b'"],
] as const)('%#', ([command, line]) => {
  expect(display(command)).toBe(line);
  expect(command.cwd).toBe('/project');
});

test.for([
  ["Error: Cannot find module 'vite'", 'npm ci'],
  ['error: cannot find package zod', 'npm ci'],
  ['write ENOSPC', 'free some space on the disk'],
  ['something else', undefined],
])('a build that says "%s" is told: %s', ([stderr = '', fix]) => {
  const outcome: Outcome = { status: 'failed', exitCode: 1, stdout: '', stderr };
  expect(problemOfOutcome(build(['make'], '/project', 'node'), outcome)?.fix).toBe(fix);
});
