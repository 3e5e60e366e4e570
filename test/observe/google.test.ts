import { expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { BytechatError, type Code, type Problem } from '../../src/core/problem.ts';
import { createWorld, look } from '../../src/host/world.ts';
import { configFrom } from '../support/config.ts';
import { scriptedClients } from '../support/scripted.ts';

const config = configFrom('target: gcp\ngcp: { project: my-project }\napp: { name: demo, image: {} }');

const refusal = (code: Code, message: string, fix = 'grant it'): Problem => ({ code, message, because: message, fix });
const fails = (problem: Problem): Error => new BytechatError(problem);

/** What a look at all of this says is wrong. */
const wrongWith = async (script: Readonly<Record<string, Json | Error>>): Promise<readonly string[]> => {
  const { clients } = scriptedClients(script);
  const looked = look(['gke', 'gkeClusters', 'region', 'project'], config, createWorld({ env: {}, clients }));
  const error = await looked.catch(thrown => thrown as unknown);
  if (!(error instanceof BytechatError)) throw error;
  return error.problems.map(({ message }) => message);
};

const projectWith = (...problems: readonly Problem[]): Json => ({ id: 'my-project', problems }) as never;

const NO_READ = fails(refusal('no-permission', 'may not read the cluster'));
const NO_LIST = fails(refusal('no-permission', 'may not list clusters'));

test('everything that may not be read is told at once', async () => {
  const script = { 'gke.describe': NO_READ, 'gke.list': NO_LIST, 'gcp.region': {}, 'gcp.project': projectWith() };
  expect(await wrongWith(script)).toEqual(['may not read the cluster', 'may not list clusters']);
});

test('what fails for one reason, and is mended by one thing, is one problem', async () => {
  const gone = fails({
    code: 'google-failed',
    message: 'Could not read the cluster',
    because: 'no route',
    fix: 'wait',
  });
  const also = fails({ code: 'google-failed', message: 'Could not list clusters', because: 'no route', fix: 'wait' });
  const script = { 'gke.describe': gone, 'gke.list': also, 'gcp.region': {}, 'gcp.project': projectWith() };
  expect(await wrongWith(script)).toEqual(['Could not read the cluster']);
});

test('a project that is not there is told as that, and not as what may not be read in it', async () => {
  const missing = refusal('no-project', 'There is no project my-project', 'correct gcp.project');
  const script = { 'gke.describe': NO_READ, 'gke.list': NO_LIST, 'gcp.region': NO_READ };
  expect(await wrongWith({ ...script, 'gcp.project': projectWith(missing) })).toEqual([missing.message]);
});

test('what else is wrong with the project is told with it, and a warning is not', async () => {
  const unseen = refusal('no-permission', 'may not see which APIs are on');
  const warning: Problem = { ...refusal('api-disabled', 'an API is off'), level: 'warning' };
  const script = { 'gke.describe': NO_READ, 'gke.list': [], 'gcp.region': {} };
  expect(await wrongWith({ ...script, 'gcp.project': projectWith(unseen, warning) })).toEqual([
    unseen.message,
    'may not read the cluster',
  ]);
});

test('who stops it waits for nothing, and a bug is told alone', async () => {
  const stopped = fails({ code: 'interrupted', message: 'It was stopped' });
  const others = { 'gke.list': NO_LIST, 'gcp.region': {}, 'gcp.project': projectWith() };
  expect(await wrongWith({ 'gke.describe': stopped, ...others })).toEqual(['It was stopped']);
  await expect(wrongWith({ 'gke.describe': new Error('a bug'), ...others })).rejects.toThrow('a bug');
});
