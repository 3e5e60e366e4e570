import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { start } from '../contract/bytechat.ts';
import { startStorage } from '../stand-in/storage/storage.ts';
import { startStandIn } from '../stand-in/terraform/provider.ts';
import { temporaryFolder } from '../support/folder.ts';
import { repository } from '../support/sources.ts';
import { withoutTerraform } from '../support/terraform.ts';

const page = readFileSync(join(repository, 'docs/terraform.md'), 'utf8');

/** The commands of the walk, as they are to be typed. */
const walk = (/```\n(cp -r[\s\S]*?)```/.exec(page)?.[1] ?? '').trim().split('\n');

test.skipIf(withoutTerraform)(
  'the way from nothing to an environment is as the page says, word by word',
  async () => {
    const [google, storage] = [await startStandIn(), await startStorage()];
    onTestFinished(() => {
      google.close();
      storage.close();
    });
    const root = temporaryFolder();
    const env = {
      ...google.env,
      GOOGLE_OAUTH_ACCESS_TOKEN: 'a-token-of-nobody',
      GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: storage.endpoint,
    };
    expect(walk[0]).toBe('cp -r <bytechat>/templates/terraform terraform');
    cpSync(join(repository, 'templates/terraform'), join(root, 'terraform'), { recursive: true });
    for (const line of walk.slice(1)) {
      const ran = await start(root, line.split(' ').slice(1), env).ended;
      expect(ran.exit, `${line}\n${ran.stderr}`).toBe(0);
    }
    expect([...storage.objects.keys()]).toEqual(['acme-chat-terraform/bytechat/production/default.tfstate']);
    const made = [...google.objects.keys()].map(id => id.split('/')[2]);
    expect(made).toEqual(
      expect.arrayContaining(['google_storage_bucket', 'google_container_cluster', 'google_compute_global_address']),
    );
  },
  120_000,
);
