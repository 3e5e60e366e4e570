/** A daemon that is stopped or killed in the middle: a second one, for nobody else may notice. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Behaviour } from '../contract/app.ts';
import { bytechat, type Ran, start } from '../contract/bytechat.ts';
import { type DockerApp, dockerPlace } from '../contract/docker.ts';
import { ask } from '../contract/load.ts';
import { listing } from '../contract/local.ts';
import { type Daemon, ownDaemon } from '../support/daemon.ts';
import { withoutDocker } from '../support/docker.ts';

const soon = { timeout: 60_000, interval: 200 };
const images = ['gcr.io/distroless/nodejs24-debian12:nonroot', 'busybox:1.37'];

describe.skipIf(withoutDocker)('a daemon that goes away', { timeout: 300_000 }, () => {
  let daemon: Daemon;
  beforeAll(async () => {
    daemon = await ownDaemon({ images });
    vi.stubEnv('DOCKER_HOST', daemon.host);
  }, 120_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await daemon.dispose();
  }, 120_000);

  const placeWith = (app: DockerApp) => {
    const place = dockerPlace(app);
    onTestFinished(async () => {
      await daemon.start();
      await place.dispose();
    }, 120_000);
    place.write({ text: 'one' });
    return place;
  };

  const deployed = async (project: string): Promise<string> => {
    const ran = await bytechat(project, 'deploy');
    expect(ran, ran.stderr).toMatchObject({ exit: 0 });
    return ran.stdout.trim();
  };

  const isDown = (ran: Ran): void => {
    const said = ran.stdout + ran.stderr;
    expect(ran, said).toMatchObject({ exit: 3 });
    expect(said).toContain('docker-down');
    expect(said).toContain('start Docker');
  };

  test('without it every command says so, and changes nothing', async () => {
    const { project } = placeWith({ handover: 'standby' });
    const url = await deployed(project);
    const before = listing(join(project, '.bytechat'));
    await daemon.end('SIGTERM');
    for (const words of [
      ['deploy'],
      ['plan'],
      ['status'],
      ['logs'],
      ['logs', '--follow'],
      ['open'],
      ['rollback'],
      ['destroy', '--data', '--yes'],
      ['docker', 'build'],
      ['docker', 'run'],
      ['docker', 'stop'],
    ])
      isDown(await bytechat(project, ...words));
    expect(listing(join(project, '.bytechat'))).toEqual(before);
    await daemon.start();
    await vi.waitFor(async () => expect(await ask(url)).toBe('one'), soon);
    expect(await bytechat(project, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
  });

  interface Moment {
    readonly at: string;
    readonly app: DockerApp;
    readonly behaviour: Behaviour;
    readonly said: string;
    /** The build waits, or a connection that keeps the old one from ending. */
    readonly holds?: 'build' | 'connection';
  }

  const standby: DockerApp = { handover: 'standby', more: '  passes: 8\n' };
  const moments: readonly Moment[] = [
    { at: 'in the build', app: standby, behaviour: 'good', said: 'it waits 2', holds: 'build' },
    { at: 'after the start', app: standby, behaviour: 'never-healthy', said: 'waiting for the moon' },
    { at: 'in the hand-over', app: standby, behaviour: 'good', said: '"type":"step.start","id":"switch"' },
    {
      at: 'before a hand-over is whole',
      app: { handover: 'restart' },
      behaviour: 'good',
      said: '"type":"step.start","id":"switch"',
      holds: 'connection',
    },
    { at: 'during health', app: standby, behaviour: 'good', said: 'GET /healthz: 1 of 8' },
  ];

  test.for(moments.flatMap(moment => (['SIGTERM', 'SIGKILL'] as const).map(signal => ({ ...moment, signal }))))(
    'ends by $signal $at: the verdict names it, and the next deploy converges',
    async ({ app, behaviour, said, holds, signal }) => {
      await daemon.start();
      const { project, write } = placeWith(app);
      const url = await deployed(project);
      write({ text: 'two', behaviour });
      if (holds === 'build') writeFileSync(join(project, 'Dockerfile'), SLOW);
      if (holds === 'connection') holdOpen(url);
      const running = start(project, ['deploy', '--json']);
      await running.said(said);
      await daemon.end(signal);
      isDown(await running.ended);
      await daemon.start();
      if (signal === 'SIGTERM') await vi.waitFor(async () => expect(['one', 'two']).toContain(await ask(url)), soon);
      write({ text: 'three' });
      if (holds === 'build') writeFileSync(join(project, 'Dockerfile'), SLOW.replace('sleep 600', 'true'));
      expect(await deployed(project)).toBe(url);
      expect(await ask(url)).toBe('three');
      expect(await bytechat(project, 'plan', '--detailed-exitcode')).toMatchObject({ exit: 0 });
      const { records } = JSON.parse((await bytechat(project, 'history', '--json')).stdout);
      expect(records.map(({ result }: { result: string }) => result)).toEqual(['serves', 'failed', 'serves']);
    },
  );
});

const SLOW = `FROM busybox:1.37 AS slow
RUN echo it waits $((1 + 1)); sleep 600; echo done > /done
FROM gcr.io/distroless/nodejs24-debian12:nonroot
COPY app /app
COPY --from=slow /done /done
WORKDIR /app
USER 65532:65532
CMD ["server.js"]
`;

/** A connection that has not asked for anything yet: whoever ends in order waits for it. */
const holdOpen = (url: string): void => {
  const socket = connect(Number(new URL(url).port), 'localhost').on('error', () => {});
  onTestFinished(() => void socket.destroy());
};
