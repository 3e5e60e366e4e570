/** What `npm pack` makes, installed where nothing of this repository is. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ask } from '../contract/load.ts';

const repository = dirname(dirname(import.meta.dirname));
const place = realpathSync(mkdtempSync(join(tmpdir(), 'bytechat-package-')));
const installed = join(place, 'node_modules', 'bytechat');

/** Under the Node.js that runs the tests, whatever the machine has. */
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
const run = (file: string, ...args: string[]): string =>
  execFileSync(file, args, { cwd: place, env, encoding: 'utf8' });
const bytechat = (...args: string[]): string => run(process.execPath, join(installed, 'bin', 'bytechat.js'), ...args);

beforeAll(() => {
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place], {
    cwd: repository,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { filename } = [JSON.parse(packed)].flat()[0] as { filename: string };
  writeFileSync(join(place, 'package.json'), '{"type":"module"}\n');
  run('npm', 'install', '--no-audit', '--no-fund', '--offline', join(place, filename));
});
afterAll(async () => {
  bytechat('destroy', '--data', '--yes', '--quiet');
  await rm(place, { recursive: true, force: true });
});

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(installed.length + 1));

test('it brings programs, types and pages, and nothing of the workshop', () => {
  const files = filesBelow(installed);
  const folders = new Set(files.map(file => file.split('/')[0]));
  const image = ['Dockerfile.gcp', 'Dockerfile.gcp.dockerignore'];
  expect(folders).toEqual(new Set(['bin', 'dist', 'docs', 'package.json', 'README.md', 'templates', ...image]));
  expect(files.filter(file => file.endsWith('.map') || /(^|\/)(src|test|node_modules)\//.test(file))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['dist/chat-app/relay.js', 'dist/chat-app/client/index.html']));
  expect(files).toContain('templates/helm/bytechat/templates/tests/health.yaml');
});

test('no file of it names the folder that it was made in', () => {
  const text = /\.(js|json|ts|md|html|css)$/;
  const naming = filesBelow(installed).filter(
    file => text.test(file) && readFileSync(join(installed, file), 'utf8').includes(repository),
  );
  expect(naming).toEqual([]);
});

test('it needs no other package', () => {
  expect(readdirSync(join(place, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual(['bytechat']);
});

test('the library is typed, also in the strictest of projects', () => {
  writeFileSync(
    join(place, 'use.ts'),
    `import { BytechatError, exitCodeOf, Pipeline, type Report } from 'bytechat';
const pipeline = new Pipeline({ projectRoot: '.', gcpProjectId: 'my-project', onEvent: event => void event.type });
const report: Report = await pipeline.deploy({ acceptDataLoss: false });
const code: number = exitCodeOf(report);
export const problem = report.problems[0]?.code ?? String(code);
export const known = (error: unknown): string => (error instanceof BytechatError ? error.problem.message : 'no');
// @ts-expect-error there is no such option
export const wrong = pipeline.rollback({ too: 'b7c01e' });
`,
  );
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
  const types = ['--typeRoots', join(repository, 'node_modules/@types'), '--types', 'node'];
  const options = [...strict, ...types, '--target', 'es2022', '--module', 'nodenext'];
  expect(run(process.execPath, tsc, ...options, 'use.ts')).toBe('');
});

test('it brings the program that Docker asks for tokens', () => {
  const helper = join(place, 'node_modules', '.bin', 'docker-credential-bytechat');
  expect(run(helper, 'version')).toMatch(/^docker-credential-bytechat \d+\.\d+\.\d+\n$/);
  expect(run(helper, 'list')).toBe('{}\n');
});

test('the library plans without printing', () => {
  const program = `
    import { Pipeline } from 'bytechat';
    const plan = await new Pipeline().plan('deploy');
    process.stdout.write(plan.steps.map(step => step.id).join(' '));`;
  expect(run(process.execPath, '--input-type=module', '-e', program)).toBe('release start switch health');
});

test('the bundled chat is deployed from its bundle, and built by nobody', async () => {
  writeFileSync(join(place, 'bytechat.yaml'), 'chat:\n  port: 5881-5889\n');
  const url = bytechat('deploy').trim();
  expect(url).toMatch(/^http:\/\/localhost:588\d$/);
  expect(await ask(url)).toContain('<title>');
  expect(JSON.parse(bytechat('status', '--json'))).toMatchObject({ app: 'chat-app', ok: true });
  expect(bytechat('deploy').trim()).toBe(url);

  // As `npm ci` would do it, which removes everything first: what runs does not lie there.
  renameSync(installed, `${installed}-gone`);
  try {
    expect(await ask(`${url}/healthz`)).toContain('serving');
    const state = join(place, '.bytechat', 'run', 'supervisor.json');
    const pidNow = (): number => JSON.parse(readFileSync(state, 'utf8')).current.pid;
    const before = pidNow();
    process.kill(before, 'SIGKILL');
    await vi.waitFor(() => expect(pidNow()).not.toBe(before), { timeout: 20_000 });
    expect(await ask(`${url}/healthz`)).toContain('serving');
    expect(await ask(url)).toContain('<title>');
  } finally {
    renameSync(`${installed}-gone`, installed);
  }
});
