import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ownerOf } from '../../src/clients/docker/owner.ts';
import { createProcessRunner } from '../../src/engine/process-runner.ts';
import { createRedactor } from '../../src/engine/redact.ts';
import { envSecrets } from '../../src/engine/secrets.ts';
import { docker, withoutDocker } from '../support/docker.ts';
import { temporaryFolder } from '../support/folder.ts';

const redactor = createRedactor();
const runner = createProcessRunner(envSecrets({}, redactor), redactor);

describe.skipIf(withoutDocker)('who an image runs as', { timeout: 60_000 }, () => {
  test.for<[string, string, object]>([
    ['busybox:1.37', '', { uid: 0, gid: 0 }],
    ['busybox:1.37', 'USER 1234', { uid: 1234, gid: 1234 }],
    ['busybox:1.37', 'USER 1234:50', { uid: 1234, gid: 50 }],
    ['node:24-slim', 'USER node', { uid: 1000, gid: 1000 }],
    ['node:24-slim', 'USER node:staff', { uid: 1000, gid: 50 }],
    ['node:24-slim', 'USER node:7', { uid: 1000, gid: 7 }],
    ['node:24-slim', 'USER root', { uid: 0, gid: 0 }],
    ['node:24-slim', 'USER ode', {}],
  ])('%s with "%s"', async ([base, user, owner]) => {
    const folder = temporaryFolder();
    const image = `bytechat-owner-test:${folder.slice(-6).toLowerCase()}`;
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${base}\n${user}\n`);
    await docker('buildx', 'build', '--load', '--tag', image, folder);
    onTestFinished(async () => void (await docker('image', 'rm', image)));
    expect(await ownerOf(image, { runner })).toEqual(owner);
    expect(await docker('ps', '--all', '--quiet', '--filter', 'name=bytechat-probe')).toBe('');
  });
});
