import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { Facts } from '../../src/core/fact.ts';
import type { Plan } from '../../src/core/plan.ts';
import { BytechatError } from '../../src/core/problem.ts';
import { decide, parseOptions } from '../../src/host/decide.ts';
import { createWorld, look } from '../../src/host/world.ts';
import { operations } from '../../src/operations/index.ts';
import type { Change } from '../../src/operations/operation.ts';
import { Pipeline } from '../../src/pipeline.ts';
import { afterDeploy, freshFacts } from '../support/config.ts';
import { folderWith, temporaryFolder } from '../support/folder.ts';

const FILE =
  'app: { name: demo, files: site, command: [sh, serve.sh] }\nenvironments: { staging: {}, production: {} }\n';

const configFor = (environment?: string, root = '/project'): Config => {
  const loaded = loadConfig(FILE, 'bytechat.yaml', environment);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  return resolveConfig(loaded.config, { root, package: { root: '/opt/bytechat', hasSources: false }, environment });
};

const planFor = (name: keyof typeof operations, config: Config, facts: Facts, options = {}): Plan => {
  const operation = operations[name] as unknown as Change;
  return decide(operation, name, { config, facts, options: parseOptions(operation, options) });
};

describe('a plan for an environment', () => {
  const staging = configFor('staging');

  test('says so first, and carries it along', () => {
    const plan = planFor('deploy', staging, freshFacts);
    expect(plan.environment).toBe('staging');
    expect(plan.context.slice(0, 2)).toEqual(['environment staging', 'state .bytechat/env/staging']);
    expect(planFor('deploy', configFor(), freshFacts)).not.toHaveProperty('environment');
  });

  test('touches nothing of another', () => {
    const facts = afterDeploy(staging, freshFacts);
    const texts = [planFor('deploy', staging, freshFacts), planFor('destroy', staging, facts)].map(({ steps }) =>
      JSON.stringify(steps),
    );
    for (const text of texts) {
      expect(text).toContain('/project/.bytechat/env/staging/');
      expect(text.replaceAll('.bytechat/env/staging', '')).not.toContain('.bytechat/');
    }
  });

  test('is run where it was made, or refused', async () => {
    const root = folderWith({ 'bytechat.yaml': FILE });
    const plan = { ...planFor('deploy', configFor('staging', root), freshFacts), steps: [] };
    const report = await new Pipeline({ projectRoot: root }).runPlan(plan);
    expect(report).toMatchObject({ ok: true, environment: 'staging' });
    const elsewhere = new Pipeline({ projectRoot: root, environment: 'production' }).runPlan(plan);
    await expect(elsewhere).rejects.toThrow('This plan is for the environment staging, not for production');
    const { environment, ...forNone } = plan;
    const other = new Pipeline({ projectRoot: root, target: 'docker' }).runPlan(plan);
    await expect(other).rejects.toMatchObject({
      problem: { code: 'bad-plan', message: 'This plan is for the target local' },
    });
    const named = new Pipeline({ projectRoot: root, environment: 'staging' }).runPlan(forNone);
    await expect(named).rejects.toThrow('This plan is for no environment, not for staging');
  });
});

describe('a plan for a project of Google Cloud', () => {
  const pipeline = (gcpProjectId?: string) =>
    new Pipeline({ projectRoot: temporaryFolder(), ...(gcpProjectId && { gcpProjectId }) });

  test('is run in that project, or refused', async () => {
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    const plan = { ...(await pipeline('first-project').plan('gke credentials')), steps: [] };
    expect(plan).toMatchObject({ project: 'first-project', projectNamed: true, target: 'gcp' });
    expect(await pipeline().runPlan(plan)).toMatchObject({ ok: true, project: 'first-project' });
    await expect(pipeline('other-project').runPlan(plan)).rejects.toMatchObject({
      problem: { code: 'bad-plan', message: 'This plan is for the project first-project' },
    });
  });

  test('says nothing of a project that was not named', async () => {
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'of-the-machine');
    onTestFinished(() => void vi.unstubAllEnvs());
    const plan = await pipeline().plan('gke credentials');
    expect(plan).toMatchObject({ project: 'of-the-machine' });
    expect(plan).not.toHaveProperty('projectNamed');
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'of-another');
    expect(await pipeline().runPlan({ ...plan, steps: [] })).not.toHaveProperty('project');
    expect(planFor('deploy', configFor(), freshFacts)).not.toHaveProperty('project');
  });
});

describe('destroy with its data', () => {
  const leftovers = (environment: string | undefined, others: readonly string[]): readonly string[] => {
    const config = configFor(environment);
    const facts = { ...afterDeploy(config, freshFacts), environments: others };
    return planFor('destroy', config, facts, { data: true }).leftovers;
  };

  test('leaves nothing of the last environment', () => {
    expect(leftovers(undefined, [])).toEqual(['/project/.bytechat']);
    expect(leftovers('staging', [])).toEqual(['/project/.bytechat']);
  });

  test('leaves the others alone, and the lock whose numbers they know', () => {
    expect(leftovers(undefined, ['staging'])).toEqual(['/project/.bytechat/journal']);
    expect(leftovers('staging', ['default'])).toEqual(['/project/.bytechat/env/staging']);
  });
});

describe('the other environments of a project', () => {
  const othersIn = async (root: string, environment?: string): Promise<unknown> =>
    (await look(['environments'], configFor(environment, root), createWorld({ env: {} }))).environments;

  test('are those that have something there', async () => {
    const root = folderWith({ '.bytechat/env/staging/history.jsonl': '', '.bytechat/lock/1.json': '' });
    expect(await othersIn(root)).toEqual(['staging']);
    expect(await othersIn(root, 'staging')).toEqual([]);
    expect(await othersIn(root, 'production')).toEqual(['staging']);
  });

  test('count what belongs to no environment as one', async () => {
    const root = folderWith({ '.bytechat/data/messages.db': '' });
    expect(await othersIn(root, 'staging')).toEqual(['default']);
    expect(await othersIn(root)).toEqual([]);
    expect(await othersIn(join(root, 'nowhere'), 'staging')).toEqual([]);
  });
});

describe('what is to be typed next', () => {
  test('names the environment that it is about', () => {
    const facts = { ...freshFacts };
    const problemOf = (run: () => unknown): unknown => {
      try {
        return run();
      } catch (error) {
        return error instanceof BytechatError ? error.problem : error;
      }
    };
    expect(problemOf(() => planFor('open', configFor('staging'), facts))).toMatchObject({
      code: 'not-running',
      fix: 'bytechat deploy --env staging',
    });
    expect(problemOf(() => planFor('rollback', configFor('staging'), facts))).toMatchObject({
      fix: 'bytechat history --env staging shows them',
    });
    const taken = { ...facts, ports: { free: 0, taken: 10 } };
    expect(planFor('deploy', configFor('staging'), taken).problems[0]?.fix).toContain('environments.staging.app.port');
  });
});
