import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test, vi } from 'vitest';
import { type CommandOptions, command, type Tool } from '../../src/core/action.ts';
import type { RunOptions } from '../../src/core/runner.ts';
import { identify, isAlive, type ProcessIdentity } from '../../src/engine/process-identity.ts';
import { createProcessRunner } from '../../src/engine/process-runner.ts';
import { createRedactor } from '../../src/engine/redact.ts';
import { envSecrets } from '../../src/engine/secrets.ts';
import { temporaryFolder, writeProgram } from '../support/folder.ts';

const node: Tool = { file: process.execPath, version: ['--version'], install: 'https://nodejs.org', hints: [] };

const runner = (env: Record<string, string> = {}) => {
  const redactor = createRedactor();
  return createProcessRunner(envSecrets(env, redactor), redactor);
};

const js = (code: string, options: CommandOptions = {}) => command(node, ['-e', code], options);
const run = (code: string, options: CommandOptions = {}, how: RunOptions = {}) => runner().run(js(code, options), how);

describe('how a program ends', () => {
  test('well, with what it printed', async () => {
    expect(await run('console.log("out\\n"); console.error("err")')).toEqual({
      status: 'ok',
      exitCode: 0,
      stdout: 'out\n',
      stderr: 'err',
    });
  });

  test('with an exit code of its own', async () => {
    expect(await run('process.exit(7)')).toMatchObject({ status: 'failed', exitCode: 7 });
  });

  test('by a signal', async () => {
    expect(await run('process.kill(process.pid, "SIGKILL")')).toMatchObject({ status: 'failed', exitCode: undefined });
  });

  test('not at all, because it is not there', async () => {
    expect(await runner().run(command({ ...node, file: 'no-such-program' }, []))).toMatchObject({ status: 'missing' });
  });

  test('not at all, because it may not be run', async () => {
    const file = writeProgram(temporaryFolder(), 'tool', '#!/bin/sh\n');
    chmodSync(file, 0o644);
    expect(await runner().run(command({ ...node, file }, []))).toMatchObject({ status: 'denied' });
  });

  test('late', async () => {
    const outcome = await run('console.log("begun"); setInterval(() => {}, 1000)', { timeoutMs: 400 });
    expect(outcome).toMatchObject({ status: 'timeout', stdout: 'begun' });
  });

  test('when it is told to, before and after it began', async () => {
    expect(await run('1', {}, { signal: AbortSignal.abort() })).toMatchObject({ status: 'canceled' });
    const stop = new AbortController();
    const outcome = await run(
      'console.log("begun"); setInterval(() => {}, 1000)',
      {},
      {
        signal: stop.signal,
        onLine: () => stop.abort(),
      },
    );
    expect(outcome).toMatchObject({ status: 'canceled', stdout: 'begun' });
  });
});

test('arguments are words, never a shell line', async () => {
  const words = ['a b', '$HOME', '; exit 3', '*', ''];
  const outcome = await runner().run(command(node, ['-p', 'JSON.stringify(process.argv.slice(1))', '--', ...words]));
  expect(JSON.parse(outcome.stdout)).toEqual(words);
});

test('folder and variables are set, the rest is inherited', async () => {
  const cwd = temporaryFolder();
  const { stdout } = await run('console.log(process.cwd(), process.env.A, typeof process.env.PATH)', {
    cwd,
    env: { A: 'b' },
  });
  expect(stdout).toBe(`${cwd} b string`);
});

test('its children end with it', async () => {
  const code = `
    const { spawn } = require('node:child_process');
    console.log(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']).pid);
    setInterval(() => {}, 1000);`;
  const stop = new AbortController();
  let grandchild: ProcessIdentity | undefined;
  const onLine = (pid: string): void => {
    grandchild = identify(Number(pid));
    stop.abort();
  };
  expect(await run(code, {}, { signal: stop.signal, onLine })).toMatchObject({ status: 'canceled' });
  expect(grandchild).toBeDefined();
  await vi.waitFor(() => expect(grandchild && isAlive(grandchild)).toBe(false), { timeout: 1000 });
});

test('it ends when what it prints cannot be kept', async () => {
  const cwd = temporaryFolder();
  const code = `
    require('node:fs').writeFileSync('pid', String(process.pid));
    console.log('begun');
    setInterval(() => {}, 1000);`;
  await expect(run(code, { cwd, log: '/dev/full' })).rejects.toMatchObject({ code: 'ENOSPC' });
  const pid = Number(readFileSync(join(cwd, 'pid'), 'utf8'));
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 5000 });
});

describe('what it prints', () => {
  test('is told line by line, also a last one without an end', async () => {
    const lines: string[] = [];
    await run(
      'process.stdout.write("one\\ntw"); setTimeout(() => process.stdout.write("o\\n\\nthree"), 50)',
      {},
      {
        onLine: line => lines.push(line),
      },
    );
    expect(lines).toEqual(['one', 'two', '', 'three']);
  });

  test('may be a lot: the last of it is kept, and it does not fail', async () => {
    let told = 0;
    const line = 'x'.repeat(1023);
    const outcome = await run(
      `const line = '${line}\\n'.repeat(64);
       let left = 160;
       const more = () => { while (left-- > 0) if (!process.stdout.write(line)) return process.stdout.once('drain', more); console.log('the end'); };
       more();`,
      {},
      {
        onLine: () => {
          told += 1;
        },
      },
    );
    expect(outcome).toMatchObject({ status: 'ok', exitCode: 0 });
    expect(told).toBe(64 * 160 + 1);
    expect(outcome.stdout.endsWith(`${line}\nthe end`)).toBe(true);
    expect(outcome.stdout.length).toBeLessThanOrEqual(4 * 1024 * 1024);
  });
});

describe('secrets', () => {
  const env = { TOKEN: 's3cr3t-value', KEY: 'one-line-of-it\nshort\nlast-line-of-it' };
  const secret = { $secret: 'TOKEN' };
  const echo = `
    process.stdout.write(process.env.T.slice(0, 5));
    setTimeout(() => {
      console.log(process.env.T.slice(5));
      console.error(process.env.K);
      process.stdin.pipe(process.stdout);
    }, 20);`;

  test('reach the program by variable and by stdin, and never come back', async () => {
    const lines: string[] = [];
    const outcome = await runner(env).run(
      js(echo, { env: { T: secret, K: { $secret: 'KEY' } }, input: { password: secret, list: [secret, 1] } }),
      { onLine: line => lines.push(line) },
    );
    expect(outcome).toMatchObject({
      status: 'ok',
      stdout: '[redacted]\n{"password":"[redacted]","list":["[redacted]",1]}',
      stderr: '[redacted]',
    });
    expect(lines.join('\n')).not.toMatch(/s3cr3t|line-of-it|short/);
  });

  test('stdin is text as it is, and anything else as JSON', async () => {
    const cat = 'process.stdin.pipe(process.stdout)';
    expect((await run(cat, { input: 'plain\ntext' })).stdout).toBe('plain\ntext');
    expect((await run(cat, { input: { a: [1] } })).stdout).toBe('{"a":[1]}');
    // A reader of YAML would fold or refuse these.
    expect((await run(cat, { input: { a: 'x\u0085y\ufeff' } })).stdout).toBe('{"a":"x\\u0085y\\ufeff"}');
    expect((await runner({ LONG: 'a-long-word' }).run(js(cat, { input: { $secret: 'LONG' } }))).stdout).toBe(
      '[redacted]',
    );
  });

  test('one that is not set is refused before anything runs', async () => {
    await expect(runner().run(js('1', { env: { T: secret } }))).rejects.toMatchObject({
      problem: { code: 'missing-secret' },
    });
  });

  test('a value that was not filled in is refused too', async () => {
    await expect(run('1', { env: { A: { $value: 'url' } } })).rejects.toThrow('was not filled in');
  });
});

describe('a program that is to be left to come to its own end', () => {
  const patient = { stop: 'patient' } as const;

  test('tells each line as it comes, also an open one, and ends as any other', async () => {
    const told: string[] = [];
    const code = 'console.log("a\\nb"); console.error("c"); process.stdout.write("d"); process.exit(3)';
    const outcome = await run(code, patient, { onLine: line => told.push(line) });
    expect(outcome).toEqual({ status: 'failed', exitCode: 3, stdout: 'a\nb\nd', stderr: 'c' });
    expect(told.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('is asked by one SIGINT, and then waited for', async () => {
    const stop = new AbortController();
    const code = `let asked = 0;
      process.on('SIGINT', () => { asked += 1; setTimeout(() => { console.log('asked', asked); process.exit(1); }, 300); });
      setInterval(() => {}, 1000); console.log('begun');`;
    const outcome = await run(code, patient, { signal: stop.signal, onLine: () => stop.abort() });
    expect(outcome).toMatchObject({ status: 'canceled', exitCode: 1, stdout: 'begun\nasked 1' });
  });

  test('that ends well all the same has ended well', async () => {
    const stop = new AbortController();
    const code = `process.on('SIGINT', () => process.exit(0)); setInterval(() => {}, 1000); console.log('begun');`;
    const outcome = await run(code, patient, { signal: stop.signal, onLine: () => stop.abort() });
    expect(outcome).toMatchObject({ status: 'ok', stdout: 'begun' });
  });

  test('tells no secret, also where it comes in pieces', async () => {
    const told: string[] = [];
    const secrets = runner({ TOKEN: 'a-secret-token' });
    const code = `process.stdout.write(process.env.T.slice(0, 5)); setTimeout(() => console.log(process.env.T.slice(5)), 200)`;
    const wanted = js(code, { ...patient, env: { T: { $secret: 'TOKEN' } } });
    const outcome = await secrets.run(wanted, { onLine: line => told.push(line) });
    expect([outcome.stdout, ...told]).toEqual(['[redacted]', '[redacted]']);
  });

  test('is not there', async () => {
    const missing = command({ ...node, file: 'no-such-program' }, [], patient);
    expect(await runner().run(missing)).toMatchObject({ status: 'missing', stdout: '' });
  });
});
