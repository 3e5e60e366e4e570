import { expect, test } from 'vitest';
import { call, command, type Tool } from '../../src/core/action.ts';
import { isEmpty, movedFacts, toolsOf } from '../../src/core/plan.ts';
import { planOf, stepOf } from '../support/plan.ts';

const tool = (file: string): Tool => ({ file, version: [], install: `install ${file}`, hints: [] });

test('only facts that a step names can have moved', () => {
  const plan = planOf([stepOf('a', { needs: ['image', 'cluster'] }), stepOf('b', { needs: ['image'] })], {
    facts: { image: 'sha256:1', cluster: { nodes: 3 }, git: { commit: '1' } },
  });
  expect(movedFacts(plan, { image: 'sha256:1', cluster: { nodes: 3 }, git: { commit: '2' } })).toEqual([]);
  expect(movedFacts(plan, { image: 'sha256:2', cluster: { nodes: 3 } })).toEqual(['image']);
  expect(movedFacts(plan, { image: 'sha256:2' })).toEqual(['image', 'cluster']);
});

test('the order of keys is no movement', () => {
  const plan = planOf([stepOf('a', { needs: ['image'] })], { facts: { image: { a: 1, b: 2 } } });
  expect(movedFacts(plan, { image: { b: 2, a: 1 } })).toEqual([]);
});

test('the tools of a plan are those of its guards, actions and ways back, each once', () => {
  const plan = planOf([
    stepOf('a', {
      unless: command(tool('git'), []),
      actions: [command(tool('docker'), ['build']), call('files', 'remove', {})],
      undo: [command(tool('helm'), [])],
    }),
    stepOf('b', { actions: [command(tool('docker'), ['push'])] }),
  ]);
  expect(toolsOf(plan).map(({ file }) => file)).toEqual(['git', 'docker', 'helm']);
});

test('a plan with a later stage is not empty', () => {
  expect(isEmpty(planOf([]))).toBe(true);
  expect(isEmpty(planOf([stepOf('a')]))).toBe(false);
  expect(isEmpty(planOf([], { later: [{ title: 'release', because: 'the cluster is not there yet' }] }))).toBe(false);
});
