import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/runner.ts';
import { observeContainers } from '../../src/observe/docker/containers.ts';
import type { Ask, Subject } from '../../src/observe/observer.ts';
import { configFrom } from '../support/config.ts';
import { repository } from '../support/sources.ts';

const config = configFrom('app: { name: demo, image: {}, port: 5101-5105 }', '/project', repository);
const subject: Subject = { config, env: {} };
const line = (name: string): string =>
  JSON.stringify({ name: `/${name}`, state: { Running: true }, labels: { 'bytechat.role': 'release' }, created: '' });

/** Docker as its first words are answered; whatever is not told fails. */
const dockerThat = (answers: Readonly<Record<string, Partial<Outcome>>>): Ask => {
  const outcome: Ask['outcome'] = async ({ args }) => {
    const found = Object.entries(answers).find(([words]) => args.join(' ').startsWith(words))?.[1];
    return { status: found ? 'ok' : 'failed', exitCode: 0, stdout: '', stderr: '', ...found };
  };
  return {
    outcome,
    read: async question => {
      const { status, stdout } = await outcome(question);
      return status === 'ok' ? stdout.trim() : undefined;
    },
    call: async () => undefined,
    keep: name => ({ $secret: name }),
  };
};

describe('the containers of a project', () => {
  test('are known when Docker lists none', async () => {
    const fact = await observeContainers(subject, dockerThat({ ps: {} }));
    expect(fact).toMatchObject({ known: true, door: 'none', releases: [] });
  });

  test('are not known when Docker does not say, or says half', async () => {
    expect(await observeContainers(subject, dockerThat({}))).toMatchObject({ known: false });
    const half = dockerThat({ ps: { stdout: 'a' }, 'inspect --type container': { status: 'timeout' } });
    expect(await observeContainers(subject, half)).toMatchObject({ known: false });
  });

  test('are those that are left when one goes meanwhile', async () => {
    const gone: Partial<Outcome> = { status: 'failed', stdout: line('one'), stderr: 'Error: No such container: b' };
    const fact = await observeContainers(
      subject,
      dockerThat({ ps: { stdout: 'a\nb' }, 'inspect --type container': gone }),
    );
    expect(fact).toMatchObject({ known: true, releases: [{ name: 'one' }] });
  });
});
