import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/schema.ts';
import type { Plan } from '../../src/core/plan.ts';
import { BytechatError } from '../../src/core/problem.ts';
import { Pipeline, type PipelineOptions } from '../../src/pipeline.ts';
import { planAsFile } from '../../src/reports/plan.ts';
import { folderWith, writeProgram } from '../support/folder.ts';

const inFolder = (projectRoot: string, more: PipelineOptions = {}): Pipeline =>
  new Pipeline({ projectRoot, env: { PATH: machine() }, ...more });

/** A machine with the programs that the samples want, which nobody runs. */
const machine = (): string => {
  const folder = folderWith({});
  for (const name of ['npm', 'pnpm', 'python3', 'ruby']) writeProgram(folder, name, '');
  return folder;
};

const codesOf = async (refused: Promise<unknown>): Promise<string[]> => {
  const error = await refused.then(
    () => undefined,
    reason => reason,
  );
  return error instanceof BytechatError ? error.problems.map(({ code }) => code) : [];
};

type Files = Readonly<Record<string, string>>;

const pack = (more: object): string => JSON.stringify({ name: '@acme/Shop 2', ...more });
const listening = (port: string): string => `import http from 'node:http';\nhttp.createServer().listen(${port});\n`;

const textIn = (plan: Plan): string => planAsFile(plan) ?? '';

const proposed = async (files: Files): Promise<{ text: string; app: Settings['app'] }> => {
  const text = textIn(await inFolder(folderWith(files)).plan('init'));
  const loaded = loadConfig(text, 'bytechat.yaml');
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  return { text, app: loaded.config.app };
};

describe('what init recognises', () => {
  test.for<[string, Files, object]>([
    [
      'a start script of plain words is run without npm between',
      {
        'package.json': pack({ scripts: { start: 'node src/server.js --verbose' } }),
        'src/server.js': listening('4000'),
      },
      { name: 'shop-2', files: '.', command: ['node', 'src/server.js', '--verbose'], port: { from: 4000, to: 4000 } },
    ],
    [
      'any other start script is run by the package manager of the lock file',
      { 'package.json': pack({ scripts: { start: 'next start -p 4321' } }), 'pnpm-lock.yaml': '' },
      { command: ['pnpm', 'start'], port: { from: 4321, to: 4321 } },
    ],
    [
      'a build script comes first, over everything that it may read',
      {
        'package.json': pack({ scripts: { start: 'node dist/main.js', build: 'tsc' } }),
        'src/main.ts': '',
        'dist/main.js': '',
        'README.md': '',
        '.env': '',
        'tsconfig.json': '{}',
      },
      { build: { command: ['npm', 'run', 'build'], inputs: ['package.json', 'src', 'tsconfig.json'], output: '.' } },
    ],
    [
      'a server without a start script',
      { 'package.json': pack({}), 'app.js': listening('process.env.PORT || 4500') },
      { command: ['node', 'app.js'], port: { from: 4500, to: 4500 } },
    ],
    [
      'a path that answers when the server is healthy',
      { 'package.json': pack({ scripts: { start: 'node app.js' } }), 'app.js': `${listening('1234')} '/healthz'` },
      { health: [{ http: '/healthz', timeout: 5 }] },
    ],
    [
      'FastAPI',
      { 'requirements.txt': 'fastapi==1\nuvicorn\n', 'main.py': 'api: FastAPI = FastAPI()\n' },
      {
        command: ['sh', '-c', 'exec python3 -m uvicorn main:api --host $HOST --port $PORT'],
        port: { from: 8000, to: 8000 },
      },
    ],
    [
      'Flask behind gunicorn, in an environment of its own',
      {
        'pyproject.toml': 'dependencies = ["flask", "gunicorn"]',
        'app/main.py': 'web = Flask(__name__)',
        '.venv/pyvenv.cfg': '',
      },
      { command: ['sh', '-c', 'exec .venv/bin/python -m gunicorn app.main:web --bind $HOST:$PORT'] },
    ],
    [
      'Flask on its own',
      { 'requirements.txt': 'Flask\n', 'app.py': 'app = flask.Flask(__name__)\n' },
      {
        command: ['sh', '-c', 'exec python3 -m flask --app app:app run --host $HOST --port $PORT'],
        port: { from: 5000, to: 5000 },
      },
    ],
    [
      'Django',
      {
        'requirements.txt': 'Django\n',
        'manage.py': `os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')`,
      },
      { command: ['sh', '-c', 'exec python3 manage.py runserver --noreload $HOST:$PORT'] },
    ],
    [
      'a Procfile, before everything else',
      {
        Procfile: 'worker: nothing\nweb: bundle exec puma -p $PORT\n',
        'package.json': pack({ scripts: { start: 'node a.js' } }),
      },
      { command: ['sh', '-c', 'exec bundle exec puma -p $PORT'], port: { from: 5000, to: 5000 } },
    ],
    [
      'the command and the port of a Dockerfile',
      {
        Dockerfile: 'FROM node AS a\nCMD ["no"]\nFROM node\nEXPOSE 8099/tcp\nCMD ["node", "index.mjs"]\n',
        'index.mjs': '',
      },
      { command: ['node', 'index.mjs'], port: { from: 8099, to: 8099 } },
    ],
    [
      'a Dockerfile with a line for the shell',
      { Dockerfile: 'FROM ruby\nEXPOSE 80\nCMD ruby \\\n  web/app.rb > log\n', 'web/app.rb': '' },
      { command: ['sh', '-c', expect.stringMatching(/^exec ruby +web\/app\.rb > log$/)], port: { from: 80, to: 80 } },
    ],
    [
      'pages',
      { 'public/index.html': '<h1>Hello</h1>' },
      { files: 'public', command: ['sh', '-c', 'exec python3 -m http.server --bind $HOST $PORT'] },
    ],
    [
      'pages that a bundler makes',
      { 'package.json': pack({ scripts: { build: 'vite build' }, devDependencies: { vite: '8' } }), 'index.html': '' },
      { build: { command: ['npm', 'run', 'build'], inputs: ['index.html', 'package.json'], output: 'dist' } },
    ],
  ])('%s', async ([, files, expected]) => {
    const { app } = await proposed(files);
    expect(app).toMatchObject(expected);
  });

  test('a command with a shell in it ends as the program itself, so that signals reach it', async () => {
    const commandOf = async (line: string) => (await proposed({ Procfile: `web: ${line}` })).app?.command;
    expect(await commandOf('PORT=1 ruby app.rb')).toEqual(['sh', '-c', 'exec env PORT=1 ruby app.rb']);
    expect(await commandOf('cd web && ruby app.rb')).toEqual(['sh', '-c', 'cd web && exec ruby app.rb']);
    expect(await commandOf('ruby app.rb | tee log')).toEqual(['sh', '-c', 'ruby app.rb | tee log']);
  });

  test.for([
    'FROM scratch\nEXPOSE 9000\nENTRYPOINT ["/server"]\n',
    'FROM node\nEXPOSE 9000\nCMD ["node", "gone.js"]\n',
  ])('a Dockerfile whose command is for the image alone is for the target docker alone: %j', async Dockerfile => {
    const { text, app } = await proposed({ Dockerfile });
    expect(app).toMatchObject({
      image: { dockerfile: 'Dockerfile' },
      container: { port: 9000 },
      port: { from: 8080, to: 8080 },
    });
    expect(app?.command).toBeUndefined();
    expect(text).toMatch(/^target: docker$/m);
  });

  test('keeping what bytechat writes out of the image comes first', async () => {
    const nextOf = async (files: Files) => (await inFolder(folderWith(files)).run('init')).next;
    expect((await nextOf({ Dockerfile: 'FROM scratch\n' }))?.[0]).toBe('echo .bytechat >> .dockerignore');
    const ignored = await nextOf({ Dockerfile: 'FROM scratch\n', '.dockerignore': '.bytechat' });
    expect(ignored).toEqual(['bytechat validate', 'bytechat deploy']);
  });

  test('a Dockerfile beside something else makes the image of that', async () => {
    const { app } = await proposed({ Procfile: 'web: ruby app.rb', Dockerfile: 'FROM ruby\nEXPOSE 4567\n' });
    expect(app).toMatchObject({ command: ['ruby', 'app.rb'], container: { port: 4567 } });
    expect(app?.image?.dockerfile).toBe('Dockerfile');
  });

  test.for<[string, Files]>([
    ['nothing', {}],
    ['a package.json that is none', { 'package.json': '{ "scripts": ' }],
    ['a package.json of a library', { 'package.json': pack({ main: 'index.js' }), 'index.js': 'export {};' }],
    ['notes', { 'README.md': '# Notes' }],
  ])('%s: it says so, and the file is for the bundled chat', async ([, files]) => {
    const { text, app } = await proposed(files);
    expect(app).toBeUndefined();
    expect(text).toMatch(/^# Nothing in this folder says how an app is started/);
  });
});

describe('the file', () => {
  const files = {
    'package.json': pack({ scripts: { start: 'node a.js' }, dependencies: { express: '5' } }),
    'a.js': '',
  };

  test('explains each of its keys, and where the value was found', async () => {
    const { text } = await proposed(files);
    for (const key of ['app', '  name', '  files', '  command', '  port', '  health', 'target'])
      expect(text).toMatch(new RegExp(`^ *# .+\\.\\n${key}:`, 'm'));
    expect(text).toContain('  # Here: scripts.start in package.json.\n  command: [node, a.js]');
    expect(text.split('\n').filter(line => line.length > 80)).toEqual([]);
  });

  test('says what must be run before, and so does the report', async () => {
    expect((await inFolder(folderWith(files)).run('init')).next).toEqual([
      'npm install',
      'bytechat validate',
      'bytechat deploy',
    ]);
    expect((await proposed(files)).text).toContain('# Before the first deploy: npm install\n');
    expect((await proposed({ ...files, 'package-lock.json': '{}' })).text).toContain('deploy: npm ci\n');
    expect((await proposed({ ...files, 'node_modules/express/x': '' })).text).not.toContain('Before the first');
  });

  test('has an environment to uncomment that can be used', async () => {
    const { text } = await proposed(files);
    const [, commented = ''] = /^# environments:[\s\S]*$/m.exec(text) ? text.split(/(?=^# environments:)/m) : [];
    const uncommented = text.replace(commented, commented.replaceAll(/^# /gm, ''));
    expect(loadConfig(uncommented, 'bytechat.yaml', 'staging')).toMatchObject({
      config: { app: { port: { from: 3001, to: 3001 } } },
    });
  });

  test('is accepted by validate', async () => {
    const root = folderWith({ ...files, 'a.js': listening('0') });
    expect((await inFolder(root).run('init')).ok).toBe(true);
    const report = await inFolder(root).validateDeploymentPrerequisites();
    expect(report.problems.filter(({ code }) => code !== 'ports-taken')).toEqual([]);
  });
});

describe('init', () => {
  const files = { Procfile: 'web: ruby app.rb' };

  test('writes the file, takes no lock and keeps no state', async () => {
    const root = folderWith(files);
    const report = await inFolder(root).run('init');
    expect(report).toMatchObject({ ok: true, changed: true, app: expect.stringMatching(/^bytechat-test-/) });
    expect(report.steps[0]?.detail).toBe('bytechat.yaml for an app with a Procfile on port 5000');
    expect(readdirSync(root).sort()).toEqual(['Procfile', 'bytechat.yaml']);
  });

  test('shows what it would write, and writes nothing', async () => {
    const root = folderWith(files);
    const plan = await inFolder(root).plan('init');
    expect(plan.steps.flatMap(({ changes }) => changes)).toMatchObject([{ action: 'create' }]);
    expect(plan.context).toEqual([root]);
    expect(existsSync(join(root, 'bytechat.yaml'))).toBe(false);
  });

  test('never overwrites unasked, also what is no configuration at all', async () => {
    const root = folderWith({ ...files, 'bytechat.yaml': 'mine: [' });
    expect(await codesOf(inFolder(root).run('init'))).toEqual(['file-exists']);
    expect(readFileSync(join(root, 'bytechat.yaml'), 'utf8')).toBe('mine: [');
    const report = await inFolder(root).run('init', { force: true });
    expect(report.changed).toBe(true);
    const again = await inFolder(root).run('init', { force: true });
    expect(again).toMatchObject({ ok: true, changed: false, steps: [] });
  });

  test('writes where --config says', async () => {
    const root = folderWith(files);
    await inFolder(root, { configFile: 'deploy/shop.yaml' }).run('init');
    expect(readdirSync(root).sort()).toEqual(['Procfile', 'deploy']);
    expect(readdirSync(join(root, 'deploy'))).toEqual(['shop.yaml']);
  });

  test('makes no folder for a project that is not there', async () => {
    const root = join(folderWith({}), 'typo');
    expect(await codesOf(inFolder(root).run('init'))).toEqual(['missing-file']);
    expect(existsSync(root)).toBe(false);
  });

  test('refuses a target that there is not', async () => {
    expect(await codesOf(inFolder(folderWith(files), { target: 'moon' }).run('init'))).toEqual(['usage']);
  });

  test('gives way to whoever writes the file at the same time', async () => {
    const root = folderWith(files);
    const pipeline = inFolder(root);
    const plan = await pipeline.plan('init');
    writeFileSync(join(root, 'bytechat.yaml'), 'keep: 3\n');
    const report = await pipeline.runPlan(plan);
    expect(report.ok).toBe(false);
    expect(report.steps[0]?.problem?.code).toBe('file-exists');
    expect(readFileSync(join(root, 'bytechat.yaml'), 'utf8')).toBe('keep: 3\n');
  });

  test.for([undefined, 'keep: 3\n'])('what it wrote over %j is put back when a later step fails', async before => {
    const root = folderWith(before === undefined ? files : { ...files, 'bytechat.yaml': before });
    const pipeline = inFolder(root, {
      clients: { nobody: async () => Promise.reject(new Error('it always fails')) },
    });
    const plan = await pipeline.plan('init', { force: true });
    const failing = { kind: 'call', api: 'nobody', method: 'none', request: {} } as const;
    const step = { id: 'later', title: 'Fail', needs: [], changes: [], actions: [failing] };
    const report = await pipeline.runPlan({ ...plan, steps: [...plan.steps, step] });
    expect(report.steps.map(({ status }) => status)).toEqual(['undone', 'failed']);
    const file = join(root, 'bytechat.yaml');
    expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(before);
  });

  test.skipIf(process.getuid?.() === 0)('a folder that cannot be written is said to be one', async () => {
    const root = folderWith(files);
    const { chmodSync } = await import('node:fs');
    chmodSync(root, 0o555);
    const report = await inFolder(root).run('init');
    expect(report.steps[0]?.problem?.code).toBe('no-permission');
  });
});
