import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bytechat } from '../contract/bytechat.ts';
import { dockerPlace } from '../contract/docker.ts';
import { docker, withoutDocker } from '../support/docker.ts';

describe.skipIf(withoutDocker)('what an image is built from', { timeout: 120_000 }, () => {
  test('is its content, also when size and time are those of before: what npm installs is of 1985', async () => {
    const place = dockerPlace({ handover: 'standby' });
    onTestFinished(() => place.dispose(), 60_000);
    const built = async (text: string): Promise<string> => {
      place.write({ text });
      utimesSync(join(place.project, 'app', 'server.js'), 499_162_500, 499_162_500);
      const ran = await bytechat(place.project, 'docker', 'build');
      expect(ran, ran.stderr).toMatchObject({ exit: 0 });
      const read = "console.log(require('node:fs').readFileSync('server.js', 'utf8'))";
      return docker('run', '--rm', '--network', 'none', ran.stdout.trim(), '-e', read);
    };
    expect(await built('one')).toContain('"one"');
    expect(await built('two')).toContain('"two"');
  });
});
