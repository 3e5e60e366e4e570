import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { ConfigFile } from '../../src/config/schema.ts';
import type { Problem } from '../../src/core/problem.ts';

const problemsIn = (text: string): readonly Problem[] => {
  const loaded = loadConfig(text, 'bytechat.yaml');
  return 'problems' in loaded ? loaded.problems : [];
};

const configIn = (text: string): ConfigFile => {
  const loaded = loadConfig(text, 'bytechat.yaml');
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
};

/** `where` in short: line:column+length, and the text that is marked. */
const at = ({ where }: Problem): string => {
  const { line = 0, column = 0, length = 0, excerpt = [] } = where ?? {};
  return `${line}:${column} ${excerpt.at(-1)?.text.slice(column - 1, column - 1 + length)}`;
};

describe('an empty file', () => {
  test.for(['', '\n\n', '# nothing yet\n', 'null', '---\n'])('%j is all defaults', text => {
    expect(configIn(text)).toEqual(configIn('{}'));
    expect(configIn(text)).toMatchObject({ target: 'local', keep: 5 });
  });
});

describe('every kind of problem', () => {
  test.for<{ name: string; text: string; problem: Partial<Problem>; at: string }>([
    {
      name: 'an unknown key, nearly right',
      text: 'keep: 3\ntagret: local\n',
      problem: {
        code: 'unknown-key',
        message: 'Unknown key "tagret" in the file',
        note: 'did you mean "target"?',
        fix: 'write target instead of tagret',
      },
      at: '2:1 tagret',
    },
    {
      name: 'an unknown key, far from any',
      text: 'replicas: 3\n',
      problem: { code: 'unknown-key', message: 'Unknown key "replicas" in the file', fix: 'take replicas out' },
      at: '1:1 replicas',
    },
    {
      name: 'a key of our own that others allow',
      text: 'x-notes: mine\n',
      problem: { code: 'unknown-key', fix: 'take x-notes out' },
      at: '1:1 x-notes',
    },
    {
      name: 'an unknown key further down',
      text: 'health:\n  passes: 2\n  withn: 10\n',
      problem: { code: 'unknown-key', message: 'Unknown key "withn" in health', allowed: ['passes', 'within'] },
      at: '3:3 withn',
    },
    {
      name: 'a key that is allowed there, but not together with the other',
      text: 'app: { name: a, files: b, command: [c], health: [{ http: /, exec: [d] }] }\n',
      problem: { code: 'unknown-key', message: 'Unknown key "exec" in app.health.0', fix: 'take exec out' },
      at: '1:61 exec',
    },
    {
      name: 'a key that is there twice',
      text: 'keep: 3\nkeep: 4\n',
      problem: { code: 'duplicate-key', message: 'The key keep is there twice', fix: 'keep one of the two' },
      at: '2:1 k',
    },
    {
      name: 'a value of another type',
      text: 'keep: many\n',
      problem: { code: 'invalid-value', message: 'keep is "many", but must be a number' },
      at: '1:7 many',
    },
    {
      name: 'a value that is too small',
      text: 'health:\n  passes: 0\n',
      problem: { code: 'invalid-value', message: 'health.passes is 0: Too small: expected number to be >=1' },
      at: '2:11 0',
    },
    {
      name: 'a value that is no number at all',
      text: 'keep: 1e999\n',
      problem: { code: 'invalid-value', message: 'keep is Infinity, but must be a number' },
      at: '1:7 1e999',
    },
    {
      name: 'a value that is none of the few',
      text: 'target: moon\n',
      problem: {
        code: 'invalid-value',
        message: expect.stringContaining('target is "moon", which is none of local') as unknown as string,
        allowed: expect.arrayContaining(['local']) as unknown as string[],
      },
      at: '1:9 moon',
    },
    {
      name: 'a value with a rule of its own',
      text: 'app: { name: My App, files: a, command: [b] }\n',
      problem: {
        code: 'invalid-value',
        message: 'Use a-z, 0-9 and -, starting with a letter, at most 40 (app.name is "My App")',
      },
      at: '1:14 My App',
    },
    {
      name: 'a name that is not allowed',
      text: 'app:\n  name: a\n  files: b\n  command: [c]\n  env:\n    A-B: x\n',
      problem: {
        code: 'invalid-value',
        message: 'The name in app.env.A-B is not allowed: Use letters, digits and _',
      },
      at: '6:5 A-B',
    },
    {
      name: 'a port that there cannot be',
      text: 'app: { name: a, files: b, command: [c], port: 70000 }\n',
      problem: { code: 'invalid-value', message: 'Port 70000 is not between 1 and 65535 (app.port is 70000)' },
      at: '1:47 70000',
    },
    {
      name: 'a range of ports that runs backwards',
      text: 'app: { name: a, files: b, command: [c], port: 5010-5001 }\n',
      problem: {
        code: 'invalid-value',
        message: 'The range 5010-5001 runs backwards (app.port is "5010-5001")',
      },
      at: '1:47 5010-5001',
    },
    {
      name: 'something that is missing',
      text: 'app:\n  files: a\n  command: [b]\n',
      problem: { code: 'invalid-value', message: 'app.name is missing' },
      at: '1:1 app',
    },
    {
      name: 'nothing where there must be something',
      text: 'keep: 3\napp:\n',
      problem: { code: 'invalid-value', message: 'app is null, but must be an object' },
      at: '2:5 ',
    },
    {
      name: 'a file that is a list',
      text: '- local\n',
      problem: { code: 'invalid-value', message: 'the file is ["local"], but must be an object' },
      at: '1:1 - local',
    },
    {
      name: 'YAML that is none',
      text: 'keep: 3\napp: { name: a\n',
      problem: { code: 'yaml-syntax', fix: 'correct the YAML at this place' },
      at: '3:1 ',
    },
    {
      name: 'a tab for indentation',
      text: 'health:\n\tpasses: 3\n',
      problem: { code: 'yaml-syntax', message: 'Tabs are not allowed as indentation' },
      at: '2:1 \t',
    },
    {
      name: 'an alias without its anchor',
      text: 'keep: 3\ntarget: *place\n',
      problem: {
        code: 'yaml-syntax',
        message: 'Unresolved alias (the anchor must be set before the alias): place',
      },
      at: '2:9 *place',
    },
    {
      name: 'two documents',
      text: 'keep: 3\n---\nkeep: 4\n',
      problem: { code: 'yaml-syntax', message: 'The file holds more than one document' },
      at: '2:1 ---',
    },
    {
      name: 'a tag',
      text: 'keep: !!binary aGk=\n',
      problem: { code: 'yaml-syntax', message: 'Unresolved tag: tag:yaml.org,2002:binary' },
      at: '1:7 !!binary',
    },
    {
      name: 'a key that is a list',
      text: '? [a]\n: b\n',
      problem: { code: 'yaml-syntax', message: 'A key must be plain text' },
      at: '1:3 [',
    },
  ])('$name', ({ text, problem, at: place }) => {
    const problems = problemsIn(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject(problem);
    expect(problems[0]?.where?.file).toBe('bytechat.yaml');
    expect(problems[0] && at(problems[0])).toBe(place);
  });
});

describe('the place', () => {
  test('shows the line at fault and the one before it', () => {
    expect(problemsIn('keep: 3\nhealth:\n  passes: no\n')[0]?.where?.excerpt).toEqual([
      { line: 2, text: 'health:' },
      { line: 3, text: '  passes: no' },
    ]);
  });

  test('is the same in a file with the line ends of Windows', () => {
    const unix = 'keep: 3\nhealth:\n  passes: no\n';
    expect(problemsIn(unix.replaceAll('\n', '\r\n'))).toEqual(problemsIn(unix));
  });
});

describe('several problems', () => {
  test('are told together, each on its own', () => {
    const problems = problemsIn('keep: 0\ncolour: red\ntarget: moon\n');
    expect(problems.map(problem => `${problem.code} ${at(problem)}`).sort()).toEqual([
      'invalid-value 1:7 0',
      'invalid-value 3:9 moon',
      'unknown-key 2:1 colour',
    ]);
  });

  test('a key that is missing only because it was misspelt is told once', () => {
    const problems = problemsIn('app:\n  nmae: demo\n  files: a\n  command: [b]\n');
    expect(problems.map(({ message }) => message)).toEqual(['Unknown key "nmae" in app']);
  });
});

describe('ports', () => {
  test.for([
    ['5001', { from: 5001, to: 5001 }],
    ['5001-5010', { from: 5001, to: 5010 }],
    ['"8080"', { from: 8080, to: 8080 }],
  ] as const)('%s', ([port, range]) => {
    expect(configIn(`app: { name: a, files: b, command: [c], port: ${port} }`).app?.port).toEqual(range);
  });

  test('are 5001 to 5010 when nobody says otherwise', () => {
    expect(configIn('app: { name: a, files: b, command: [c] }').app?.port).toEqual({ from: 5001, to: 5010 });
  });
});

describe('whatever the text', () => {
  const pieces = fc.constantFrom(
    ...[
      'app',
      'health',
      'keep',
      'env',
      'name',
      'port',
      'x',
      '3',
      '-1',
      '1e999',
      '"',
      "'",
      ': ',
      ':',
      '- ',
      '\n',
      '\n  ',
    ],
    ...['{', '}', '[', ']', ', ', '&a ', '*a', '? ', '!!binary ', '!x ', '#', '|', '>', '%', '---\n', '<<', '~', '\t'],
    ...['\r\n', '\u0000', '\ufeff', '__proto__', 'constructor', '/', '5001-5010'],
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 25 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary' }),
    fc.jsonValue().map(value => JSON.stringify(value)),
  );

  test('it is a config, or problems with a place, and never an exception', () => {
    fc.assert(
      fc.property(text, written => {
        const loaded = loadConfig(written, 'bytechat.yaml');
        if ('config' in loaded) return;
        expect(loaded.problems.length).toBeGreaterThan(0);
        for (const { message, where } of loaded.problems) {
          expect(message).not.toBe('');
          expect(where?.file).toBe('bytechat.yaml');
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a bomb of aliases is refused', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...['b', 'c', 'd', 'e', 'f', 'g'].map(bombLine)].join('\n');
    expect(problemsIn(bomb)[0]).toMatchObject({ code: 'yaml-syntax' });
  });
});

const bombLine = (name: string, index: number): string => {
  const before = `*${'abcdef'[index]}`;
  return `${name}: &${name} [${Array.from({ length: 9 }, () => before).join(',')}]`;
};
