import { describe, expect, test } from 'vitest';
import { display } from '../../src/core/display.ts';
import type { Outcome } from '../../src/core/runner.ts';
import { problemOfOutcome } from '../../src/engine/outcome.ts';
import * as helm from '../../src/tools/helm.ts';

const shop = { name: 'shop', namespace: 'market' };
const there = { ...shop, context: 'atlas' };
const upgrade = { ...shop, chart: './chart', install: false, keep: 10, description: 'release b7c01e' };

test.for([
  [
    helm.upgrade({ ...upgrade, ...there, install: true, values: { a: 1 }, labels: { a: '1', b: '2' } }),
    "helm upgrade --install shop ./chart --namespace market --kube-context atlas --values - --history-max 10 --description 'release b7c01e' --labels a=1,b=2 < stdin",
  ],
  [
    helm.upgrade({ ...upgrade, valuesFile: 'a.yaml,b.yaml', values: { a: 1 } }),
    "helm upgrade shop ./chart --namespace market --values a.yaml,b.yaml --history-max 10 --description 'release b7c01e'",
  ],
  [helm.rollback(there, 3, 10), 'helm rollback shop 3 --namespace market --kube-context atlas --history-max 10'],
  [helm.uninstall(shop), 'helm uninstall shop --namespace market --ignore-not-found --cascade foreground'],
  [
    helm.uninstall(shop, { wait: true }),
    'helm uninstall shop --namespace market --ignore-not-found --cascade foreground --wait',
  ],
  [
    helm.template({ ...shop, chart: './chart', values: {} }),
    'helm template shop ./chart --namespace market --values - < stdin',
  ],
] as const)('%#', ([command, line]) => {
  expect(display(command)).toBe(line);
});

const failedWith = (stderr: string): Outcome => ({ status: 'failed', exitCode: 1, stdout: '', stderr });
const problemOf = (said: string) => problemOfOutcome(helm.upgrade(upgrade), failedWith(said));

/** As Helm 3.22 has said each of them. */
describe('what helm says', () => {
  test.for([
    ['Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress', 'locked'],
    ['Error: INSTALLATION FAILED: cannot re-use a name that is still in use', 'name-taken'],
    [
      'Error: UPGRADE FAILED: Unable to continue with update: ConfigMap "z" in namespace "a" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"',
      'name-taken',
    ],
    [
      "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nbytechat:\n- at '/port': maximum: got 99,999, want 65,535",
      'invalid-value',
    ],
    ['Error: uninstall: Release not loaded: nope: release: not found', 'unknown-release'],
    ['Error: UPGRADE FAILED: "r2" has no deployed releases', 'unknown-release'],
    ['Error: release has no 9 version', 'unknown-release'],
    ['Error: non-absolute URLs should be in form of repo_name/path_to_chart, got: nochart', 'missing-file'],
    ['Error: no ConfigMap with the name "cm" found', 'command-failed'],
    ['Error: create: failed to create: namespaces "nowhere" not found', 'command-failed'],
  ])('%s', ([said = '', code]) => {
    expect(problemOf(said)).toMatchObject({ code });
  });

  test('the reason is told without what comes before it', () => {
    expect(problemOf('WARNING: x\nError: UPGRADE FAILED: "r2" has no deployed releases\n')?.because).toBe(
      '"r2" has no deployed releases',
    );
    expect(problemOf('Error: no ConfigMap with the name "cm" found')?.fix).toContain('3.22');
  });
});
