import { expect, test } from 'vitest';
import { type Action, call, command, type Tool } from '../../src/core/action.ts';
import { display, quote } from '../../src/core/display.ts';

const docker: Tool = { file: 'docker', version: ['--version'], install: 'https://docs.docker.com', hints: [] };

const cases: [Action, string][] = [
  [command(docker, ['ps', '--all']), 'docker ps --all'],
  [command(docker, ['tag', 'a b', "it's", '']), `docker tag 'a b' 'it'\\''s' ''`],
  [command(docker, ['run', '$HOME', '*', 'a;b']), `docker run '$HOME' '*' 'a;b'`],
  [command(docker, ['push', { $value: 'image.name' }]), 'docker push [image.name]'],
  [
    command(docker, ['login', '--password-stdin'], { input: { $secret: 'TOKEN' } }),
    'docker login --password-stdin < stdin',
  ],
  [
    command(docker, ['build'], { env: { TOKEN: { $secret: 'TOKEN' }, MODE: 'a b', URL: { $value: 'url' } } }),
    `TOKEN=[secret TOKEN] MODE='a b' URL=[url] docker build`,
  ],
  [
    call('supervisor', 'switch', { control: { $value: 'up.control' }, env: { KEY: { $secret: 'KEY' }, PORT: 1 } }),
    'supervisor.switch {"control":"[up.control]","env":{"KEY":"[secret KEY]","PORT":1}}',
  ],
];

test.for(cases)('%j', ([action, line]) => {
  expect(display(action)).toBe(line);
});

test('what needs no quotes has none', () => {
  expect(quote('registry.example.com/me/chat:1.0@sha256+a=b,c%d-e_f')).not.toContain("'");
});
