import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { command, type Tool } from '../../src/core/action.ts';
import type { Outcome } from '../../src/core/runner.ts';
import { writeEvidence } from '../../src/engine/evidence.ts';
import { askSocket } from '../../src/engine/http.ts';
import { problemOfOutcome } from '../../src/engine/outcome.ts';
import { createRedactor } from '../../src/engine/redact.ts';
import { temporaryFolder } from '../support/folder.ts';
import { planOf } from '../support/plan.ts';

const docker: Tool = {
  file: 'docker',
  version: ['--version'],
  install: 'https://docs.docker.com',
  hints: [{ when: 'denied: requested ACCESS', say: 'docker login' }],
};
const push = command(docker, ['push', 'me/chat'], { timeoutMs: 90_000 });
const outcome = (more: Partial<Outcome>): Outcome => ({
  status: 'failed',
  exitCode: 1,
  stdout: '',
  stderr: '',
  ...more,
});

describe('how a program ended', () => {
  test('well is no problem', () => {
    expect(problemOfOutcome(push, outcome({ status: 'ok', exitCode: 0 }))).toBeUndefined();
  });

  test.for<[Outcome['status'], object]>([
    ['canceled', { code: 'interrupted', message: 'docker was stopped' }],
    ['missing', { code: 'tool-missing', fix: 'install it: https://docs.docker.com' }],
    ['denied', { code: 'no-permission', message: 'docker may not be run' }],
    ['timeout', { code: 'timed-out', message: 'docker took longer than 90 s', reproduce: 'docker push me/chat' }],
    ['failed', { code: 'command-failed', message: 'docker failed with exit code 1', reproduce: 'docker push me/chat' }],
  ])('%s', ([status, problem]) => {
    expect(problemOfOutcome(push, outcome({ status }))).toMatchObject(problem);
  });

  test('a failure that the tool is known for has its fix', () => {
    const stderr = 'denied: requested access to the resource is denied';
    expect(problemOfOutcome(push, outcome({ stderr }))).toMatchObject({ fix: 'docker login', lines: [stderr] });
    expect(problemOfOutcome(push, outcome({ stderr: 'no route to host' }))).not.toHaveProperty('fix');
  });

  test('the last ten lines are shown', () => {
    const stdout = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    expect(problemOfOutcome(push, outcome({ stdout, stderr: 'end' }))?.lines).toEqual([
      ...Array.from({ length: 9 }, (_, index) => `line ${index + 21}`),
      'end',
    ]);
  });
});

test('evidence is kept in a folder of its own, without a secret, and for its owner alone', async () => {
  const redactor = createRedactor();
  redactor.learn('s3cr3t-value');
  const parent = temporaryFolder();
  const failed = { id: 'push', title: 'Push', status: 'failed', durationMs: 1 } as const;
  const folder = await writeEvidence(
    parent,
    {
      plan: planOf([]),
      failed,
      events: [
        { at: '1', type: 'output', id: 'push', line: 'with s3cr3t-value' },
        { at: '2', type: 'step.end', id: 'push', result: failed },
      ],
      facts: { image: 's3cr3t-value' },
      problem: { code: 'command-failed', message: 'docker failed: s3cr3t-value' },
    },
    redactor,
  );
  expect(folder).toMatch(/\/\d{8}T\d{6}-push$/);
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  expect(JSON.parse(read('plan.json'))).toEqual(planOf([]));
  expect(
    read('events.jsonl')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).at),
  ).toEqual(['1', '2']);
  for (const name of ['problem.json', 'facts.json', 'events.jsonl'])
    expect({ name, hides: read(name).includes('[redacted]') && !read(name).includes('s3cr3t') }).toEqual({
      name,
      hides: true,
    });
});

describe('a question over a unix socket', () => {
  const serverAt = async (answer: (body: string) => string | undefined): Promise<string> => {
    const socket = join(temporaryFolder(), 'a.sock');
    const server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const said = answer(`${request.method} ${request.url} ${text}`);
      if (said !== undefined) response.writeHead(201).end(said);
    });
    await new Promise<void>(resolve => server.listen(socket, resolve));
    onTestFinished(() => void server.close().closeAllConnections());
    return socket;
  };

  test('is answered with status and body', async () => {
    const socket = await serverAt(body => body);
    const answer = await askSocket(socket, { method: 'POST', path: '/switch', body: 'wörd', timeoutMs: 5000 });
    expect(answer).toEqual({ status: 201, body: 'POST /switch wörd' });
  });

  test('that nobody answers ends at its limit, or at once when nobody listens', async () => {
    const silent = await serverAt(() => undefined);
    await expect(askSocket(silent, { method: 'GET', path: '/', timeoutMs: 50 })).rejects.toThrow(/abort|timeout/i);
    const nobody = join(temporaryFolder(), 'none.sock');
    await expect(askSocket(nobody, { method: 'GET', path: '/', timeoutMs: 5000 })).rejects.toThrow('ENOENT');
  });
});
