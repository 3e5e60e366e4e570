import { describe, expect, test } from 'vitest';
import { call, command, type Tool } from '../../src/core/action.ts';
import type { Json } from '../../src/core/json.ts';
import { createRedactor } from '../../src/engine/redact.ts';
import { envSecrets } from '../../src/engine/secrets.ts';
import { fill } from '../../src/engine/values.ts';

const tool: Tool = { file: 'kubectl', version: [], install: '', hints: [{ when: '$value', say: 'no' }] };
const values = new Map<string, Json>([
  ['url', 'http://localhost:5001'],
  ['start', { url: 'http://localhost:5002', port: { number: 5002 } }],
]);

describe('values of a run', () => {
  test('stand where they were announced: in arguments, variables, input, requests', () => {
    const filled = fill(
      command(tool, ['get', { $value: 'url' }], {
        env: { URL: { $value: 'start.url' }, KEY: { $secret: 'KEY' } },
        input: { port: { $value: 'start.port.number' } },
      }),
      values,
    );
    expect(filled).toEqual({
      kind: 'command',
      tool,
      args: ['get', 'http://localhost:5001'],
      env: { URL: 'http://localhost:5002', KEY: { $secret: 'KEY' } },
      input: { port: 5002 },
    });
    expect(fill(call('health', 'wait', { at: { $value: 'start' } }), values).request).toEqual({
      at: { url: 'http://localhost:5002', port: { number: 5002 } },
    });
  });

  test('the tool is a record of ours and is left alone', () => {
    expect(fill(command(tool, []), values).tool).toBe(tool);
  });

  test.for(['nowhere', 'start.nothing', 'url.length', 'start.port.number.x'])('%s is a mistake of the plan', name => {
    expect(() => fill(call('a', 'b', { c: { $value: name } }), values)).toThrow(`nothing has saved a value ${name}`);
  });
});

describe('secrets of the environment', () => {
  test('are known to the redactor before anybody has them', () => {
    const redactor = createRedactor();
    const secrets = envSecrets({ TOKEN: 's3cr3t-value' }, redactor);
    expect(redactor.scrub('s3cr3t-value')).toBe('s3cr3t-value');
    expect(secrets.reveal('TOKEN')).toBe('s3cr3t-value');
    expect(redactor.scrub('s3cr3t-value')).toBe('[redacted]');
  });

  test.for([{}, { TOKEN: '' }, { TOKEN: undefined }])('one that is not set is refused by name: %j', env => {
    const secrets = envSecrets(env, createRedactor());
    expect(secrets.has('TOKEN')).toBe(false);
    expect(() => secrets.reveal('TOKEN')).toThrow('The secret TOKEN is not set');
  });
});
