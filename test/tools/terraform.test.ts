import { describe, expect, test } from 'vitest';
import { lockedBy } from '../../src/tools/terraform/lock.ts';
import { changeLine, messageIn, progressLine } from '../../src/tools/terraform/messages.ts';
import { problemOf } from '../../src/tools/terraform/problems.ts';
import { diagnosticsIn } from '../../src/tools/terraform/text.ts';
import * as tool from '../../src/tools/terraform.ts';

const folder = { dir: '/p/terraform', varFiles: ['/p/a.tfvars'], vars: ['a=1', 'b=x y'] };
const origin = { dir: '/p/terraform', root: '/p' };

describe('what is run', () => {
  test('never asks, never looks for a newer version, and is waited for', () => {
    for (const each of [tool.init(folder, [], 60), tool.plan(folder, 60), tool.apply(folder, 'f', 60)]) {
      expect(each).toMatchObject({
        env: { TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' },
        stop: 'patient',
      });
      expect(each.args).toEqual(
        expect.arrayContaining(['-chdir=/p/terraform', '-json', '-input=false', '-lock-timeout=60s']),
      );
    }
  });

  test('plans with variables, and applies a plan without any', () => {
    expect(tool.plan({ ...folder, out: '/p/f', destroy: true }, 0).args.join(' ')).toBe(
      '-chdir=/p/terraform plan -json -input=false -lock-timeout=0s -detailed-exitcode -destroy -out=/p/f -var-file=/p/a.tfvars -var=a=1 -var=b=x y',
    );
    expect(tool.apply(folder, '/p/f', 0).args.slice(-1)).toEqual(['/p/f']);
    expect(tool.apply(folder, '/p/f', 0).args.join(' ')).not.toContain('var');
  });
});

describe('what it says', () => {
  test('is JSON, a line each; the rest is nobody’s message', () => {
    expect(messageIn('{"type":"version","@message":"Terraform 1.11.4"}')?.type).toBe('version');
    for (const line of ['', 'Warning', '{"no":"type"}', '{', '[]']) expect(messageIn(line)).toBeUndefined();
  });

  const hook = { resource: { addr: 'a.b' }, action: 'create', elapsed_seconds: 20 };
  test.for([
    ['apply_start', 'a.b: creating'],
    ['apply_progress', 'a.b: creating (20 s)'],
    ['apply_complete', 'a.b: created (20 s)'],
    ['apply_errored', 'a.b: failed (20 s)'],
    ['refresh_start', undefined],
  ] as const)('%s reads %s', ([type, line]) => {
    expect(progressLine({ type, '@message': '', hook })).toBe(line);
  });

  test.for([
    ['create', undefined, '+ create   a.b'],
    ['replace', 'cannot_update', '± replace  a.b, because it cannot be changed in place'],
    ['delete', 'of_a_new_kind', '- delete   a.b, because of_a_new_kind'],
    ['noop', undefined, undefined],
    ['read', undefined, undefined],
  ] as const)('%s because of %s reads %s', ([action, reason, line]) => {
    const change = { resource: { addr: 'a.b' }, action, ...(reason && { reason }) };
    expect(changeLine({ type: 'planned_change', '@message': '', change })).toBe(line);
  });
});

describe('errors', () => {
  test('have a code, a place in the project, and what to do', () => {
    const range = { filename: '../modules/x/main.tf', start: { line: 3, column: 5 }, end: { line: 3, column: 9 } };
    const snippet = { code: 'a {\n  b\n}', start_line: 3 };
    expect(problemOf({ severity: 'error', summary: 'Unsupported argument', range, snippet }, origin)).toEqual({
      code: 'unknown-key',
      message: 'Unsupported argument',
      where: { file: 'modules/x/main.tf', line: 3, column: 5, length: 4, excerpt: [{ line: 3, text: 'a {' }] },
      fix: 'correct it at the place that is shown',
    });
  });

  test.for([
    ['googleapi: Error 403: caller lacks it', 'no-permission'],
    ['Saved plan is stale', 'facts-moved'],
    ['Backend initialization required, please run "terraform init"', 'not-initialized'],
    ['Error releasing the state lock', 'lock-lost'],
    ['googleapi: Error 409: it exists', 'resource-failed'],
  ] as const)('%s is %s', ([summary, code]) => {
    expect(problemOf({ severity: 'error', summary, address: 'a.b' }, origin).code).toBe(code);
  });

  test('about a lock say who, since when, and how to take it away', () => {
    const detail =
      'Error message: resource temporarily unavailable\nLock Info:\n  ID:        77\n  Path:      gs://b/p/default.tflock\n  Operation: OperationTypePlan\n  Who:       mira@atlas\n  Version:   1.11.4\n  Created:   2026-11-27 08:15:00.5 +0000 UTC\n  Info:      \n';
    const lock = { severity: 'error', summary: 'Error acquiring the state lock', detail } as const;
    expect(lockedBy(lock)).toEqual({
      id: '77',
      who: 'mira@atlas',
      since: '2026-11-27 08:15:00 +0000 UTC',
      operation: 'plan',
      path: 'gs://b/p/default.tflock',
    });
    expect(problemOf(lock, origin)).toMatchObject({
      code: 'locked',
      fix: expect.stringContaining('terraform -chdir=terraform force-unlock 77'),
    });
    // Nobody holds what cannot be reached.
    expect(lockedBy({ ...lock, detail: 'dial tcp: no such host' })).toBeUndefined();
  });

  test('in text are read with their place, boxed or not, and apart from warnings', () => {
    const text =
      '╷\n│ Warning: One\n│ \n│ thing\n╵\n\nError: Unclosed configuration block\n\n  on a/main.tf line 1, in resource "x" "y":\n   1: resource "x" "y" {\n\nThere is no\nclosing brace.\n';
    expect(diagnosticsIn(text)).toMatchObject([
      { severity: 'warning', summary: 'One', detail: 'thing' },
      {
        severity: 'error',
        summary: 'Unclosed configuration block',
        detail: 'There is no\nclosing brace.',
        range: { filename: 'a/main.tf', start: { line: 1, column: 1 } },
        snippet: { code: 'resource "x" "y" {', start_line: 1 },
      },
    ]);
    const box = '╷\n│ Error: Two\n│ \n│   with a.b,\n│   on main.tf line 2:\n│    2:   x = 1\n│ \n│ why\n╵\n';
    expect(diagnosticsIn(box)).toMatchObject([
      { summary: 'Two', detail: 'why', address: 'a.b', range: { start: { line: 2, column: 3 } } },
    ]);
    expect(diagnosticsIn('all is well\n')).toEqual([]);
  });
});
