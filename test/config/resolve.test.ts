import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import { ConfigFile } from '../../src/config/schema.ts';
import { sourceSubject } from '../../src/config/source.ts';
import { BytechatError } from '../../src/core/problem.ts';

const checkout = { root: '/opt/bytechat', hasSources: true };
const installed = { root: '/opt/bytechat', hasSources: false };
const app = { name: 'demo', command: ['node', 'server.js'] };

const resolved = (file: object, home = installed) =>
  resolveConfig(ConfigFile.parse(file), { root: '/project', package: home });

const everythingIn = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(everythingIn)] : [];

test('it is frozen to the last leaf', () => {
  const config = resolved({
    app: { ...app, build: { command: ['make'], inputs: ['src'], output: 'out' }, env: { A: '1' } },
  });
  expect(everythingIn(config).filter(part => !Object.isFrozen(part))).toEqual([]);
  expect(() => Object.assign(config.app.env, { B: '2' })).toThrow(TypeError);
});

describe('paths', () => {
  test('are absolute: in the project, or where they were already', () => {
    const config = resolved({
      app: { ...app, build: { command: ['make'], inputs: ['src', '/shared/lib', '../other'], output: 'out' } },
    });
    expect(config.app.build).toMatchObject({
      inputs: ['/project/src', '/shared/lib', '/other'],
      output: '/project/out',
    });
    expect(config.app.files).toBe('/project/out');
    expect(config.state).toBe('/project/.bytechat');
  });

  test('prebuilt files are their own source', () => {
    const config = resolved({ app: { ...app, files: 'public/site' } });
    expect(sourceSubject(config)).toEqual({
      root: '/project/public',
      inputs: ['/project/public/site'],
      command: [],
      output: '/project/public/site',
    });
  });
});

describe('without an app', () => {
  test('it is the chat: built in a checkout, as it is in an installed package', () => {
    expect(resolved({}, checkout).app).toMatchObject({
      name: 'chat-app',
      bundled: true,
      build: { output: '/opt/bytechat/dist/chat-app' },
    });
    expect(resolved({}).app).toMatchObject({ bundled: true, files: '/opt/bytechat/dist/chat-app' });
    expect(resolved({}).app).not.toHaveProperty('build');
  });

  test('the chat serves on 5001 to 5010 of this machine alone', () => {
    expect(resolved({}).app).toMatchObject({ host: '127.0.0.1', port: { from: 5001, to: 5010 }, handover: 'standby' });
  });
});

test('an app without anything to release is refused', () => {
  expect(() => resolved({ app })).toThrow(BytechatError);
  expect(() => resolved({ app })).toThrow('app has neither build nor files, so there is nothing to release');
});
