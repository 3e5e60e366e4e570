import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bytechat } from '../contract/bytechat.ts';
import { dockerPlace } from '../contract/docker.ts';
import { ask, loadOn } from '../contract/load.ts';
import type { Place } from '../contract/place.ts';
import { withoutDocker } from '../support/docker.ts';

/** An app of the plainest kind, which knows nothing of hand-overs, and keeps no data. */
describe.skipIf(withoutDocker)('an app without data', { timeout: 180_000 }, () => {
  let place: Place;
  let url: string;
  beforeEach(async () => {
    place = dockerPlace({ handover: 'restart', container: 'container: { stateless: true }' });
    place.write({ text: 'one' });
    url = (await bytechat(place.project, 'deploy')).stdout.trim();
  }, 180_000);
  afterEach(() => place.dispose(), 180_000);

  test('is handed over without a failed request, and nobody waits for the old one to end', async () => {
    place.write({ text: 'two' });
    // Somebody who says nothing and does not leave: the old release ends when its time to drain is over.
    const { hostname, port } = new URL(url);
    const silent = connect({ host: hostname, port: Number(port) });
    await once(silent, 'connect');
    const gone = once(silent, 'close').then(() => 'gone');
    const load = loadOn(url, 50);
    const deploying = bytechat(place.project, 'deploy');
    const led = vi.waitFor(async () => expect(await ask(url)).toBe('two'), { timeout: 60_000, interval: 50 });
    expect(await Promise.race([led.then(() => 'led'), gone])).toBe('led');
    silent.destroy();
    const ran = await deploying;
    const { bodies, failures } = await load.stop();
    expect(ran, ran.stderr).toMatchObject({ exit: 0 });
    expect({ failures, bodies: [...new Set(bodies)] }).toEqual({ failures: [], bodies: ['one', 'two'] });
    expect(await ask(url)).toBe('two');
  });

  test('stays as it is when the next one is bad', async () => {
    place.write({ text: 'bad', behaviour: 'never-healthy' });
    const load = loadOn(url, 50);
    const ran = await bytechat(place.project, 'deploy');
    const { bodies, failures } = await load.stop();
    expect(ran.exit).toBe(1);
    expect(ran.stderr).toContain('still waiting for the moon');
    expect({ failures, bodies: [...new Set(bodies)] }).toEqual({ failures: [], bodies: ['one'] });
  });
});
