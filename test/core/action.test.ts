import { expect, test } from 'vitest';
import { call, command, flags, type Tool } from '../../src/core/action.ts';

const tool: Tool = { file: 'docker', version: ['--version'], install: 'https://docs.docker.com', hints: [] };

test('flags become arguments: repeated, bare, and left out', () => {
  expect(flags({ tag: 'a', label: ['x', 'y'], retries: 0, pull: true, quiet: false, platform: undefined })).toEqual([
    '--tag',
    'a',
    '--label',
    'x',
    '--label',
    'y',
    '--retries',
    '0',
    '--pull',
  ]);
});

test('a command and a call are plain JSON, with nothing that was not said', () => {
  expect(JSON.parse(JSON.stringify(command(tool, ['ps'])))).toEqual({ kind: 'command', tool, args: ['ps'] });
  expect(Object.keys(call('files', 'remove', {}))).toEqual(['kind', 'api', 'method', 'request']);
  expect(call('supervisor', 'status', {}, 'now')).toMatchObject({ saveAs: 'now' });
});
