import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { completionFor, type Shell } from '../../src/cli/completion.ts';
import { manifestOf } from '../../src/cli/manifest.ts';
import { type Invocation, program } from '../../src/cli/program.ts';
import { run } from '../../src/cli/run.ts';
import { operations } from '../../src/operations/index.ts';
import { folderWith } from '../support/folder.ts';

const manifest = manifestOf(operations);

const tree = (): Command => program(manifest, async () => {});

const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];

/** What is invoked by what is typed. */
const typed = async (...words: string[]): Promise<Invocation | undefined> => {
  let invoked: Invocation | undefined;
  const root = program(manifest, async invocation => {
    invoked = invocation;
  });
  await root.parseAsync(['node', 'bytechat', ...words]);
  return invoked;
};

/** A run in this process: its exit code, and what it writes to its two streams. */
const ran = async (name: string, global: Invocation['global'], options: Invocation['options'] = {}) => {
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation(chunk => {
      text[stream] += String(chunk);
      return true;
    });
  }
  const exit = await run({ name, options, global });
  vi.restoreAllMocks();
  return { exit, ...text };
};

beforeEach(() => {
  vi.stubEnv('LC_ALL', 'C.UTF-8');
  vi.stubEnv('NO_COLOR', '1');
  return () => vi.unstubAllEnvs();
});

const FILE = `app:
  name: shop
  files: site
  command: [node, server.js]
  secrets: [SHOP_TOKEN]
  env: { ADDRESS: 'https://shop:s3cret-of-the-shop@example.org' }
environments:
  staging: { keep: 2 }
`;

describe('config show', () => {
  const directory = () => folderWith({ 'bytechat.yaml': FILE });

  test('prints every value with its origin, for an environment too', async () => {
    const { exit, stdout } = await ran('config show', { directory: directory(), env: 'staging' });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^# .*bytechat\.yaml, environment staging\n/);
    expect(stdout).toMatch(/^keep: 2 +# environments\.staging \(.*bytechat\.yaml:8:20\)$/m);
    expect(stdout).toMatch(/^ {2}drain: 20 +# default$/m);
    expect(stdout.endsWith('# default\n') || stdout.endsWith(')\n')).toBe(true);
  });

  test('prints the same as JSON', async () => {
    const { stdout } = await ran('config show', { directory: directory(), json: true, target: 'local' });
    const { settings, file } = JSON.parse(stdout) as { settings: { key: string }[]; file: string };
    expect(file).toMatch(/bytechat\.yaml$/);
    expect(settings).toContainEqual({ key: 'target', value: 'local', from: '--target' });
    expect(settings.map(({ key }) => key)).toContain('app.health.0.timeout');
  });

  test('never prints the value of a secret, also where it stands in another value', async () => {
    vi.stubEnv('SHOP_TOKEN', 's3cret-of-the-shop');
    for (const json of [false, true]) {
      const { stdout, stderr } = await ran('config show', { directory: directory(), json });
      expect(stdout).toContain('SHOP_TOKEN');
      expect(stdout).toContain('https://shop:');
      expect(stdout + stderr).not.toContain('s3cret-of-the-shop');
    }
  });

  test('refuses an environment that there is not, with exit code 2', async () => {
    const { exit, stdout, stderr } = await ran('config show', { directory: directory(), env: 'stagin' });
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toContain('There is no environment "stagin"');
    expect(stderr).toContain('did you mean "staging"?');
  });
});

describe('what asks for no configuration', () => {
  const broken = () => folderWith({ 'bytechat.yaml': 'app: [' });

  test('config schema prints JSON in a folder with a broken file', async () => {
    const { exit, stdout } = await ran('config schema', { directory: broken() });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
  });

  test('config docs prints the page of the repository', async () => {
    const { stdout } = await ran('config docs', { directory: broken() });
    expect(stdout).toBe(readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8'));
  });
});

describe('init', () => {
  test('--dry-run prints the file alone', async () => {
    const { exit, stdout, stderr } = await ran('init', { directory: folderWith({}) }, { dryRun: true });
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^# Nothing in this folder[\s\S]*\ntarget: local\n/);
  });

  test('is refused where a file is, with the way to do it all the same', async () => {
    const { exit, stderr } = await ran('init', { directory: folderWith({ 'bytechat.yaml': '' }) });
    expect(exit).toBe(2);
    expect(stderr).toMatch(/bytechat\.yaml is there already +file-exists\n/);
    expect(stderr).toContain('Fix        bytechat init --force');
  });
});

describe('plan', () => {
  test('says for which environment it is, and where its state lies', async () => {
    const files = { 'bytechat.yaml': FILE.replace('[node, server.js]', '[sh, serve.sh]'), 'site/serve.sh': '' };
    vi.stubEnv('SHOP_TOKEN', 's3cret-of-the-shop');
    const { stdout } = await ran('plan', { directory: folderWith(files), env: 'staging' });
    expect(stdout.split('\n')[1]).toMatch(/^ {2}environment staging · state \.bytechat\/env\/staging · /);
    expect(stdout).toMatch(/\+ create {2}release \w{6} in \.bytechat\/env\/staging\/releases/);
  });
});

describe('options that stand everywhere', () => {
  test.for([
    ['before the command', ['--env', 'staging', '--no-color', 'status']],
    ['after it', ['status', '--env', 'staging', '--no-color']],
  ] as const)('count %s', async ([, words]) => {
    expect(await typed(...words)).toMatchObject({ name: 'status', global: { env: 'staging', color: false } });
  });

  test.for([
    ['before the command', ['--project', 'demo-1', 'gke', 'credentials']],
    ['after it', ['gke', 'credentials', '--project', 'demo-1']],
  ] as const)('the project of Google Cloud counts %s', async ([, words]) => {
    expect(await typed(...words)).toMatchObject({ name: 'gke credentials', global: { project: 'demo-1' } });
  });

  test('names of two words are one command', async () => {
    expect(await typed('config', 'show', '--json')).toMatchObject({ name: 'config show', global: { json: true } });
    expect(await typed('init', '--force')).toMatchObject({ name: 'init', options: { force: true } });
    expect(await typed('ansible', 'run', '--limit', 'web1', 'site.yml', '--json')).toMatchObject({
      name: 'ansible run',
      options: { playbook: 'site.yml', limit: 'web1' },
      global: { json: true },
    });
  });
});

describe('the help', () => {
  const helpOf = (command: Command): string => {
    let text = '';
    command.configureOutput({ getOutHelpWidth: () => 80, writeOut: chunk => (text += chunk) });
    command.outputHelp();
    return text;
  };

  test('fits 80 columns, of every command', () => {
    const wide = every(tree()).flatMap(command =>
      helpOf(command)
        .split('\n')
        .filter(line => line.length > 80),
    );
    expect(wide).toEqual([]);
  });

  test('has the new commands where they belong', () => {
    const help = helpOf(tree());
    const [, before = '', parts = ''] = /Before:\n([\s\S]*?)\n\nParts:\n([\s\S]*?)\n\n/.exec(help) ?? [];
    expect([...before.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name)).toEqual(['init', 'validate', 'config']);
    expect(parts).toMatch(/^ {2}completion +complete commands in bash, zsh and fish$/m);
    expect(help).toContain('  --env <name> ');
    expect(help).toContain('  --project <id> ');
  });

  test('and completion load nothing but commander', () => {
    const files = ['program', 'completion'].map(name => join(import.meta.dirname, `../../src/cli/${name}.ts`));
    const script = `import { registerHooks } from 'node:module';
      const packages = new Set();
      registerHooks({ load: (url, context, next) => {
        packages.add(url.match(/node_modules\\/((?:@[^/]+\\/)?[^/]+)/)?.[1]);
        return next(url, context);
      } });
      for (const file of ${JSON.stringify(files.map(file => pathToFileURL(file).href))}) await import(file);
      console.log([...packages].filter(Boolean).join());`;
    const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(loaded.trim()).toBe('commander');
  });
});

const completion = (shell: Shell): string => completionFor(shell, tree());

describe('completion in bash', () => {
  /** What bash offers for the words of a line; the last one is being typed. */
  const offered = (cwd: string, ...words: string[]): string[] => {
    const script = `${completion('bash')}
      COMP_WORDS=(bytechat "$@"); COMP_CWORD=$#
      _bytechat
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script, 'bash', ...words], { cwd, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter(line => line !== '');
  };
  const here = import.meta.dirname;

  test('commands, and commands of commands', () => {
    expect(offered(here, '')).toEqual(
      expect.arrayContaining(['deploy', 'plan', 'init', 'config', 'lock', 'completion']),
    );
    expect(offered(here, 'de')).toEqual(['deploy', 'destroy']);
    expect(offered(here, 'config', '')).toEqual(['show', 'schema', 'docs']);
    expect(offered(here, 'completion', 'f')).toEqual(['fish']);
    expect(offered(here, 'nonsense', 'sta')).toEqual(['status']);
  });

  test('options of the command, and those that stand everywhere', () => {
    expect(offered(here, 'init', '--f')).toEqual(['--force']);
    expect(offered(here, 'deploy', '--l')).toEqual(['--lock-wait']);
    expect(offered(here, 'config', 'show', '--e')).toEqual(['--env']);
    expect(offered(here, 'status', '')).toContain('--json');
    expect(offered(here, '-')).toEqual(expect.arrayContaining(['-V', '--version', '-h', '--help', '-C']));
    expect(offered(here, 'status', '--f')).toEqual([]);
  });

  test('values: the targets that there are, files, folders', () => {
    const folder = folderWith({ 'my plan.json': '{}', 'my folder/x': '' });
    expect(offered(folder, 'deploy', '--target', '')).toEqual(['local', 'docker', 'kubernetes', 'gcp']);
    expect(offered(folder, 'deploy', '--target', '=', 'lo')).toEqual(['local']);
    expect(offered(folder, 'deploy', '--target', '=')).toEqual(['local', 'docker', 'kubernetes', 'gcp']);
    expect(offered(folder, 'deploy', '--plan', 'my').sort()).toEqual(['my folder', 'my plan.json']);
    expect(offered(folder, '-C', 'my')).toEqual(['my folder']);
    expect(offered(folder, 'ansible', 'run', '--extra-vars-file', 'my').sort()).toEqual(['my folder', 'my plan.json']);
    expect(offered(folder, '--env', '')).toEqual([]);
  });

  test('what a command is about: files, besides its options', () => {
    const folder = folderWith({ 'site.yml': '', 'my play.yml': '' });
    expect(offered(folder, 'ansible', 'run', '').sort()).toEqual(['my play.yml', 'site.yml']);
    expect(offered(folder, 'ansible', 'check', '--limit', 'web1', 's')).toEqual(['site.yml']);
    expect(offered(folder, 'ansible', 'run', 'site.yml', '--ta')).toEqual(['--target', '--tags'].sort());
    expect(offered(folder, 'deploy', '')).not.toContain('site.yml');
  });

  test('a value that is called like a command is none', () => {
    expect(offered(here, '--env', 'config', 'st')).toEqual(['status']);
    expect(offered(here, '--env', '=', 'lock', 'config', 's')).toEqual(['show', 'schema']);
    expect(offered(here, '--json', 'lock', 's')).toEqual(['status']);
  });
});

describe('completion', () => {
  test.for(['bash', 'zsh', 'fish'] as const)('for %s knows every command and every option', shell => {
    const script = completion(shell);
    for (const command of every(tree()).filter(each => each.parent && each.name() !== 'help')) {
      expect(script).toContain(command.name());
      for (const { long } of command.options) expect(script).toContain(long?.slice(2));
    }
  });

  test('an option takes the same kind of value wherever it stands, because the scripts say it once', () => {
    const kinds = every(tree()).flatMap(({ options }) =>
      options.map(({ long, flags, argChoices }) => [long, `${/<\w+>/.exec(flags)?.[0]} ${argChoices}`] as const),
    );
    for (const [name, kind] of kinds) expect([name, kind]).toEqual([name, new Map(kinds).get(name)]);
  });

  describe.each(['zsh', 'fish'] as const)('in %s', shell => {
    const isHere = spawnSync(shell, ['--version']).error === undefined;

    test.skipIf(!isHere)('the script can be read', () => {
      const folder = folderWith({ script: completion(shell) });
      const { status, stderr } = spawnSync(shell, ['-n', join(folder, 'script')], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    });
  });

  test.skipIf(spawnSync('fish', ['--version']).error !== undefined)('fish offers what bash offers', () => {
    const folder = folderWith({ script: completion('fish') });
    const offered = (line: string): string[] => {
      const command = `source ${join(folder, 'script')}; complete -C '${line}'`;
      const { stdout } = spawnSync('fish', ['--no-config', '-c', command], { encoding: 'utf8' });
      return stdout.split('\n').flatMap(each => each.split('\t')[0] || []);
    };
    expect(offered('bytechat de')).toEqual(['deploy', 'destroy']);
    expect(offered('bytechat --env config config s').sort()).toEqual(['schema', 'show']);
    expect(offered('bytechat deploy --target ')).toEqual(['local', 'docker', 'kubernetes', 'gcp']);
    expect(offered('bytechat init --f')).toEqual(['--force']);
  });
});
