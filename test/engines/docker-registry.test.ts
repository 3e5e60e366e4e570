import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bytechat } from '../contract/bytechat.ts';
import { dockerPlace } from '../contract/docker.ts';
import { ask } from '../contract/load.ts';
import { docker, withoutDocker } from '../support/docker.ts';

const registry = process.env.BYTECHAT_TEST_OPEN_REGISTRY;

/** What one machine has pushed another one pulls: here the same, once it has forgotten its images. */
describe.skipIf(withoutDocker || registry === undefined)('an image that a registry has', { timeout: 180_000 }, () => {
  test('is pushed with its digest told, and pulled, not built again', async () => {
    const repository = `${registry}/bytechat-test/${randomBytes(4).toString('hex')}`;
    const place = dockerPlace({ handover: 'standby', image: `dockerfile: Dockerfile, repository: '${repository}'` });
    onTestFinished(() => place.dispose(), 60_000);
    place.write({ text: 'one' });
    const pushed = await bytechat(place.project, 'docker', 'push');
    expect(pushed, pushed.stderr).toMatchObject({ exit: 0 });
    expect(pushed.stdout).toMatch(new RegExp(`^${repository}@sha256:[0-9a-f]{64}\\n$`));
    expect((await bytechat(place.project, 'docker', 'push')).stdout).toBe(pushed.stdout);
    const built = await bytechat(place.project, 'docker', 'build');
    const [name = ''] = built.stdout.split('\n');
    expect(built.stderr).toContain('Nothing to build');
    await docker('image', 'rm', name);
    const ran = await bytechat(place.project, 'deploy');
    expect(ran, ran.stderr).toMatchObject({ exit: 0 });
    expect(ran.stderr).toContain(`Pull ${name}`);
    expect(ran.stderr).not.toContain('[internal] load build definition');
    expect(await ask(ran.stdout.trim())).toBe('one');
    const pruned = await bytechat(place.project, 'registry', 'prune', '--keep', '0', '--yes');
    expect(pruned, pruned.stderr).toMatchObject({ exit: 0 });
    expect((await bytechat(place.project, 'registry', 'list', '--json')).stdout).toContain(name.split(':').at(-1));
  });
});
