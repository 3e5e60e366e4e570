import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { Settings } from '../../src/config/schema.ts';
import type { Problem } from '../../src/core/problem.ts';

const FILE = `app:
  name: shop
  files: site
  command: [node, server.js]
  port: 3000
  env: { LOG: warn, THEME: light }
  secrets: [TOKEN, KEY]
  health:
    - http: /healthz
      timeout: 9
environments:
  staging:
    keep: 2
    app:
      port: 3001
      env: { LOG: debug }
      secrets: [TOKEN]
      health: [{ http: / }]
  production: {}
`;

const settingsFor = (text: string, environment?: string): Settings => {
  const loaded = loadConfig(text, 'bytechat.yaml', environment);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
};

const problemsFor = (text: string, environment?: string): readonly Problem[] => {
  const loaded = loadConfig(text, 'bytechat.yaml', environment);
  return 'problems' in loaded ? loaded.problems : [];
};

/** What is said, and the text that is marked. */
const told = ({ message, where }: Problem): string => {
  const { line = 0, column = 0, length = 0, excerpt = [] } = where ?? {};
  return `${message} @ ${line}:${column} ${excerpt.at(-1)?.text.slice(column - 1, column - 1 + length)}`;
};

describe('an environment', () => {
  test('is laid over the file: mappings are merged, lists and single values replace', () => {
    const { app, keep, target } = settingsFor(FILE, 'staging');
    expect({ keep, target }).toEqual({ keep: 2, target: 'local' });
    expect(app).toMatchObject({ name: 'shop', files: 'site', command: ['node', 'server.js'] });
    expect(app?.port).toEqual({ from: 3001, to: 3001 });
    expect(app?.env).toEqual({ LOG: 'debug', THEME: 'light' });
    expect(app?.secrets).toEqual(['TOKEN']);
    expect(app?.health).toEqual([{ http: '/', timeout: 5 }]);
  });

  test('changes nothing when it is not asked for, or is empty', () => {
    expect(settingsFor(FILE).app?.port.from).toBe(3000);
    expect(settingsFor(FILE, 'production')).toEqual(settingsFor(FILE));
    expect(settingsFor(FILE)).not.toHaveProperty('environments');
  });

  test('may bring what the file itself does not have', () => {
    const text = 'environments: { demo: { app: { name: a, files: b, command: [c] }, health: { passes: 1 } } }';
    expect(settingsFor(text).app).toBeUndefined();
    expect(settingsFor(text, 'demo')).toMatchObject({ app: { name: 'a' }, health: { passes: 1, within: 60 } });
  });

  test('completes a file that is incomplete without it', () => {
    const text = 'app: { command: [c], files: b }\nenvironments: { demo: { app: { name: a } } }';
    expect(settingsFor(text, 'demo').app?.name).toBe('a');
    expect(problemsFor(text).map(told)).toEqual(['app.name is missing @ 1:1 app']);
  });

  test('may be written with aliases', () => {
    const text = 'health: &slow { within: 600 }\nenvironments: { a: { health: *slow }, b: &b { keep: 1 }, c: *b }';
    expect(settingsFor(text, 'a').health.within).toBe(600);
    expect(settingsFor(text, 'c').keep).toBe(1);
  });
});

describe('what is wrong in an environment', () => {
  test.for<[string, string, string[]]>([
    [
      'an unknown key, nearly right',
      'environments: { staging: { app: { prot: 1 } } }',
      ['Unknown key "prot" in environments.staging.app @ 1:35 prot'],
    ],
    [
      'an environment in it',
      'environments: { staging: { environments: {} } }',
      ['Unknown key "environments" in environments.staging @ 1:28 environments'],
    ],
    [
      'a bad value',
      'environments: { staging: { keep: 0 } }',
      ['environments.staging.keep is 0: Too small: expected number to be >=1 @ 1:34 0'],
    ],
    [
      'a list item that is incomplete',
      'environments: { staging: { app: { health: [{ timeout: 3 }] } } }',
      ['environments.staging.app.health.0.http is missing @ 1:44 { timeout: 3 }'],
    ],
    ['no mapping', 'environments: { staging: 3 }', ['environments.staging is 3, but must be an object @ 1:26 3']],
    [
      'a name that is none',
      'environments: { ../up: {} }',
      [
        'The name in environments.../up is not allowed: Use a-z, 0-9 and -, starting with a letter, at most 40 @ 1:17 ../up',
      ],
    ],
  ])('%s has its own place, whether it is asked for or not', ([, text, expected]) => {
    const file = `${text}\napp: { name: a, files: b, command: [c] }\n`;
    expect(problemsFor(file).map(told)).toEqual(expected);
    if (text.includes('staging')) expect(problemsFor(file, 'staging').map(told)).toEqual(expected);
  });

  test('a misspelt key names the one that was meant, and those that are allowed', () => {
    expect(problemsFor('environments: { x: { health: { passses: 3 } } }')[0]).toMatchObject({
      code: 'unknown-key',
      note: 'did you mean "passes"?',
      allowed: ['passes', 'within'],
      fix: 'write passes instead of passses',
    });
  });

  test('is told together with what is wrong in the file, from its top to its end, each once', () => {
    const text = 'keep: 0\nenvironments:\n  staging:\n    keep: 0\n  other:\n    colour: red\ntarget: moon\n';
    expect(problemsFor(text, 'staging').map(({ where }) => where?.line)).toEqual([1, 4, 6, 7]);
  });

  test('a value of the file that the environment replaces is still looked at', () => {
    expect(problemsFor('keep: 0\nenvironments: { a: { keep: 3 } }', 'a').map(told)).toEqual([
      'keep is 0: Too small: expected number to be >=1 @ 1:7 0',
    ]);
  });
});

describe('an environment that there is not', () => {
  test('is refused with those that there are, and the one that was probably meant', () => {
    expect(problemsFor(FILE, 'stagin')).toMatchObject([
      {
        code: 'unknown-environment',
        message: 'There is no environment "stagin"',
        where: { file: 'bytechat.yaml', line: 11, column: 1 },
        note: 'did you mean "staging"?',
        allowed: ['staging', 'production'],
        fix: 'write --env staging',
      },
    ]);
  });

  test('has a fix also when there is none at all', () => {
    const [problem] = problemsFor('', 'demo');
    expect(problem).toMatchObject({
      code: 'unknown-environment',
      message: 'There is no environment "demo" in bytechat.yaml',
      fix: 'add it to bytechat.yaml: environments: { demo: {} }',
    });
    expect(settingsFor('environments: { demo: {} }', 'demo')).toEqual(settingsFor(''));
  });

  test('cannot lead out of the state folder', () => {
    expect(problemsFor(FILE, '../../etc')).toMatchObject([{ code: 'unknown-environment' }]);
  });
});

describe('state', () => {
  const configFor = (environment?: string) =>
    resolveConfig(settingsFor(FILE, environment), {
      root: '/project',
      package: { root: '/opt', hasSources: false },
      environment,
    });

  test('is apart for each environment, and the lock is one for the project', () => {
    expect([undefined, 'staging', 'production'].map(name => configFor(name).state)).toEqual([
      '/project/.bytechat',
      '/project/.bytechat/env/staging',
      '/project/.bytechat/env/production',
    ]);
    expect(configFor('staging').lock).toBe(configFor().lock);
  });
});
