/** A secret of the build and one of the app, through a real BuildKit and a real container. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bytechat, type Ran, start } from '../contract/bytechat.ts';
import { docker, withoutDocker } from '../support/docker.ts';
import { dockerProject, NODE, SERVER } from './support/project.ts';

const BUILD = 'sentinel-of-the-build-5f0c1d';
const APP = 'sentinel-of-the-app-91b7aa';
/** As they are, and as programs write them. */
const FORMS = [BUILD, APP].flatMap(secret => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('hex'),
]);

const env = { BUILD_TOKEN: BUILD, APP_TOKEN: APP };

/** The build prints its secret, in pieces too; the last stage has nothing of it. */
const dockerfile = `FROM busybox:1.37 AS made
COPY app /app
RUN --mount=type=secret,id=BUILD_TOKEN : ${process.hrtime.bigint()} && \\
  cat /run/secrets/BUILD_TOKEN && base64 /run/secrets/BUILD_TOKEN && \\
  for part in sentinel-of- the-build- 5f0c1d; do printf %s $part; done && \\
  if test -e /app/fails; then cat /run/secrets/BUILD_TOKEN; exit 3; fi
FROM ${NODE}
COPY --from=made /app /app
WORKDIR /app
USER 65532:65532
CMD ["server.js"]
`;

/** It prints its secret, whole and in JSON. */
const server = `console.log(process.env.APP_TOKEN, JSON.stringify({ token: process.env.APP_TOKEN }));\n${SERVER}`;

const leaksIn = (text: string): string[] => FORMS.filter(form => text.includes(form));

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(file => statSync(file).isFile());

/** All that any process is called with, time and again until it is told to stop. */
const watchArguments = () => {
  const seen = new Set<string>();
  let looking = true;
  const look = async (): Promise<void> => {
    while (looking) {
      for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
        try {
          seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
        } catch {
          // It has ended.
        }
      }
      await turn();
    }
  };
  const done = look();
  onTestFinished(() => {
    looking = false;
  });
  return async (): Promise<string> => {
    looking = false;
    await done;
    return [...seen].join('\n').replaceAll('\0', ' ');
  };
};

describe.skipIf(withoutDocker)('secrets in Docker', { timeout: 180_000 }, () => {
  const project = () =>
    dockerProject({
      dockerfile,
      files: { 'app/server.js': server },
      app: '  image: { dockerfile: Dockerfile, secrets: [BUILD_TOKEN] }\n  secrets: [APP_TOKEN]\n',
    });
  const silent = ({ folder }: { folder: string }, ...rans: Ran[]): void => {
    for (const { stdout, stderr } of rans) expect(leaksIn(stdout + stderr), stdout + stderr).toEqual([]);
    for (const file of filesBelow(folder)) expect(leaksIn(readFileSync(file, 'utf8')), file).toEqual([]);
  };

  test('are in no event, plan, log, file, argument or image', async () => {
    const at = await project();
    const run = (...args: string[]) => start(at.folder, args, env).ended;
    const planned = await run('plan', '--out', 'plan.json', '--json');
    const seen = watchArguments();
    const ran = await run('deploy', '--json');
    const words = await seen();
    expect(ran, ran.stdout).toMatchObject({ exit: 0 });
    expect(words).toContain('--secret id=BUILD_TOKEN,env=BUILD_TOKEN');
    expect(words).toContain('--env APP_TOKEN');
    expect(leaksIn(words)).toEqual([]);
    expect(ran.stdout).toContain('[redacted]');
    const logs = await run('logs');
    expect(logs.stdout).toContain('[redacted]');
    silent(at, planned, ran, logs, await run('status', '--json'), await run('history', '--json'));
    const { release } = JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '').report;
    const image = `${at.name}:${release}`;
    const told = [await docker('image', 'inspect', image), await docker('history', '--no-trunc', image)].join('\n');
    expect(told).toContain('server.js');
    expect(leaksIn(told)).toEqual([]);
    const log = readFileSync(join(at.folder, '.bytechat', 'images', `${release}.log`), 'utf8');
    expect(log).toMatch(/\[redacted\].*\[redacted\]/s);
  });

  test('are in nothing that is told and kept of a build and of an app that fail', async () => {
    const at = await project();
    at.write({ 'app/fails': '' });
    const build = await start(at.folder, ['deploy'], env).ended;
    expect(build).toMatchObject({ exit: 1 });
    expect(build.stderr).toContain('exit code: 3');
    const healthy = await dockerProject({
      files: { 'app/server.js': `console.error('cannot log in with', process.env.APP_TOKEN);\nprocess.exit(4);` },
      app: '  secrets: [APP_TOKEN]\n',
    });
    const crash = await start(healthy.folder, ['deploy'], env).ended;
    expect(crash).toMatchObject({ exit: 1 });
    expect(crash.stderr).toContain('cannot log in with [redacted]');
    silent(at, build);
    silent(healthy, crash);
  });

  test('without a value are named before anything is built', async () => {
    const at = await project();
    const ran = await bytechat(at.folder, 'deploy');
    expect(ran).toMatchObject({ exit: 2 });
    expect(ran.stderr).toMatch(/APP_TOKEN.*missing-secret/);
    const built = await start(at.folder, ['docker', 'build'], { APP_TOKEN: APP }).ended;
    expect(built, built.stderr).toMatchObject({ exit: 2 });
    expect(built.stderr).toMatch(/BUILD_TOKEN.*missing-secret/);
  });
});
