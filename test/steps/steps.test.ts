import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/core/fact.ts';
import { buildApp } from '../../src/steps/build.ts';
import { cleanReleases } from '../../src/steps/clean.ts';
import { copyRelease, needsNode, releaseOf } from '../../src/steps/release.ts';
import { configOf, specOf, startStandby, switchOver } from '../../src/steps/serve.ts';
import { afterDeploy, configFrom, freshFacts, withSource } from '../support/config.ts';

const BUILT = 'app: { name: demo, build: { command: [make, all], inputs: [src], output: out }, command: [./serve] }';
const PREBUILT = 'app: { name: demo, files: site, command: [node, server.js] }';

describe('building', () => {
  const config = configFrom(BUILT);
  const reasonFor = (source: object): string | undefined =>
    buildApp(config, { ...freshFacts, source: { ...freshFacts.source, ...source } }, 'node')[0]?.changes[0]?.because;

  test('runs the command in the project, and says from what it built', () => {
    const [step] = buildApp(config, freshFacts, 'node');
    expect(step?.actions).toMatchObject([
      { tool: { file: 'make' }, args: ['all'], cwd: '/project', env: { NO_COLOR: '1' } },
      { api: 'files', method: 'stamp', request: { output: '/project/out', planned: 'b7c01e' } },
    ]);
  });

  test('node is the one that bytechat runs on', () => {
    const node = configFrom(BUILT.replace('make, all', 'node, build.js'));
    expect(buildApp(node, freshFacts, '/usr/bin/node24')[0]?.actions[0]).toMatchObject({
      tool: { file: '/usr/bin/node24' },
      args: ['build.js'],
    });
  });

  test('says why', () => {
    expect(reasonFor({})).toBe('it was not built yet');
    expect(reasonFor({ built: 'x', changed: ['src/a', 'src/b'] })).toBe('src/a, src/b changed');
    expect(reasonFor({ built: 'x', changed: ['1', '2', '3', '4', '5'] })).toBe('1, 2, 3 and 2 more changed');
  });

  test('is left out when the output is of these inputs, was released already, or there is nothing to build', () => {
    expect(buildApp(config, withSource(freshFacts, 'x', { built: 'x' }), 'node')).toEqual([]);
    expect(buildApp(config, afterDeploy(config, freshFacts), 'node')).toEqual([]);
    expect(buildApp(configFrom(PREBUILT), freshFacts, 'node')).toEqual([]);
  });
});

describe('a release', () => {
  const config = configFrom(PREBUILT);

  test('has a name of its content and its runtime', () => {
    const name = releaseOf(config, freshFacts);
    expect(name).toMatch(/^[0-9a-f]{12}$/);
    expect(releaseOf(config, withSource(freshFacts, 'other'))).not.toBe(name);
    const machine = { ...freshFacts.machine, node: '26.0.0' };
    expect(releaseOf(config, { ...freshFacts, machine })).not.toBe(name);
    expect(releaseOf(configFrom(BUILT), { ...freshFacts, machine })).toBe(releaseOf(configFrom(BUILT), freshFacts));
  });

  test('brings a Node.js only when the app or its probe needs one', () => {
    expect(needsNode(config)).toBe(true);
    expect(needsNode(configFrom(BUILT))).toBe(false);
    expect(needsNode(configFrom(`${BUILT.slice(0, -2)}, health: [{ exec: [node, probe.js] }] }`))).toBe(true);
    expect(copyRelease(config, freshFacts)[0]?.actions[0]).toMatchObject({
      request: { from: '/project/site', node: '/project/.bytechat/releases' },
    });
    expect(copyRelease(configFrom(BUILT), freshFacts)[0]?.actions[0]).not.toHaveProperty('request.node');
  });

  test('that is there is not copied again', () => {
    expect(copyRelease(config, afterDeploy(config, freshFacts))).toEqual([]);
  });
});

describe('retention', () => {
  const config = configFrom(`${PREBUILT}\nkeep: 2`);
  const removed = (serving: string, order: string[], releases = [...order]): readonly string[] => {
    const facts: Facts = {
      ...freshFacts,
      serving: { ...freshFacts.serving, release: serving },
      kept: { ...freshFacts.kept, releases: releases.sort(), order },
    };
    return (cleanReleases(config, facts, 'next')[0]?.changes ?? []).map(({ what }) => what.split('/').at(-1) ?? '');
  };

  test('keeps the newest that have served, what serves, and what is to serve', () => {
    expect(removed('c', ['c', 'b', 'a'])).toEqual(['a']);
    expect(removed('a', ['c', 'b', 'a'])).toEqual([]);
    expect(removed('c', ['c', 'b'], ['b', 'c', 'next'])).toEqual([]);
    expect(removed('', [])).toEqual([]);
  });

  test('gives up copies of the data beyond as many', () => {
    const backups = ['c-3', 'b-2', 'a-1'];
    const facts: Facts = { ...freshFacts, kept: { ...freshFacts.kept, backups } };
    expect(cleanReleases(config, facts, 'next')[0]?.actions[0]).toMatchObject({
      method: 'prune',
      request: { folder: '/project/.bytechat/backups', names: ['a-1'] },
    });
  });

  test('gives up what never served', () => {
    expect(removed('c', ['c', 'b'], ['b', 'bad', 'c'])).toEqual(['bad']);
  });
});

const serve = (release: string) => ({ release, acceptDataLoss: false });

describe('serving', () => {
  const config = configFrom(`
app:
  name: demo
  files: site
  command: [node, server.js]
  env: { MODE: quiet }
  secrets: [TOKEN]
  drain: 7`);

  test('is told everything that the supervisor needs, and secrets by name', () => {
    expect(specOf(config, freshFacts, 'b7c01e')).toMatchObject({
      release: 'b7c01e',
      folder: '/project/.bytechat/releases/b7c01e',
      env: { MODE: 'quiet', TOKEN: { $secret: 'TOKEN' } },
      data: '/project/.bytechat/data',
      log: '/project/.bytechat/logs/b7c01e.log',
      drainMs: 7000,
      config: configOf(config, freshFacts),
    });
  });

  test('a first start has nothing to go back to; any other one proves what it goes back to', () => {
    const methods = (facts: Facts) =>
      switchOver(config, facts, serve('b7c01e')).undo?.map(action => Reflect.get(action, 'method'));
    expect(methods(freshFacts)).toEqual(['back']);
    expect(methods(afterDeploy(config, freshFacts))).toEqual(['back', 'wait']);
  });

  test('says what changes, in words', () => {
    const served = afterDeploy(config, freshFacts);
    expect(switchOver(config, freshFacts, serve('b7c01e0000'))).toMatchObject({
      title: 'Serve b7c01e',
      changes: [{ action: 'create', what: 'a process that serves b7c01e' }],
    });
    const before = releaseOf(config, freshFacts);
    expect(switchOver(config, served, serve('b7c01e0000'))).toMatchObject({
      title: 'Hand over to b7c01e',
      changes: [{ action: 'change', what: `http://localhost:5101 from ${before.slice(0, 6)} to b7c01e` }],
    });
    expect(switchOver(config, served, serve(before)).changes[0]?.because).toBe(
      'its settings or its supervisor changed',
    );
    expect(startStandby(config, served, serve(before)).title).toBe(`Start ${before.slice(0, 6)} beside what serves`);
  });
});
