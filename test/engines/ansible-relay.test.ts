/** The role `relay` on hosts with a real systemd: containers, over Docker's connection. */
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Pipeline, type Report } from '../../src/index.ts';
import { withoutAnsible } from '../support/ansible.ts';
import { withoutDocker } from '../support/docker.ts';
import { writeFiles } from '../support/folder.ts';
import { repository } from '../support/sources.ts';
import { type Hosts, systemdHosts } from './support/systemd-hosts.ts';

const playbook = join(repository, 'templates/ansible/playbook_relay.yml');

interface Ran {
  readonly report: Report;
  readonly hosts: readonly { readonly host: string; readonly changed: number; readonly failed: number }[];
  readonly problem: Report['problems'][number] | undefined;
}

describe.skipIf(withoutAnsible || withoutDocker)('the role relay', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bytechat-relay-'));
  const source = join(folder, 'relay');
  let hosts: Hosts;
  let one = '';
  let two = '';

  beforeAll(async () => {
    hosts = await systemdHosts(2, folder);
    [one = '', two = ''] = hosts.names;
    cpSync(join(repository, 'dist/chat-app'), source, { recursive: true, filter: from => !from.endsWith('.map') });
    writeFiles(folder, { hosts: hosts.inventory });
  }, 300_000);

  afterAll(async () => {
    await hosts?.dispose();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const run = async (vars: object = {}, how: 'run' | 'check' = 'run'): Promise<Ran> => {
    writeFiles(folder, { 'vars.json': JSON.stringify({ relay_source: source, relay_health_seconds: 15, ...vars }) });
    const options = { playbook, inventory: 'hosts', extraVarsFile: 'vars.json' };
    // Fewer round trips into the containers.
    vi.stubEnv('ANSIBLE_PIPELINING', '1');
    const report = await new Pipeline({ projectRoot: folder }).run(`ansible ${how}`, options);
    const step = report.steps.at(-1);
    const { hosts: rows } = (step?.data ?? { hosts: [] }) as unknown as Pick<Ran, 'hosts'>;
    return { report, problem: step?.problem, hosts: rows };
  };

  const release = (host: string): Promise<string> =>
    hosts.on(host, 'basename "$(readlink /opt/bytechat-relay/current)"');
  const serves = (host: string): Promise<string> =>
    hosts.on(host, 'PORT=5001 node /opt/bytechat-relay/current/health.js && systemctl is-active bytechat-relay');

  test('checked on fresh hosts it changes nothing', async () => {
    const { report, hosts: rows } = await run({}, 'check');
    expect(report.ok, JSON.stringify(report.steps)).toBe(true);
    expect(rows.map(({ changed }) => changed > 5)).toEqual([true, true]);
    for (const host of hosts.names)
      expect(await hosts.on(host, 'ls /opt /etc/systemd/system /etc/logrotate.d | grep -c bytechat || true')).toBe('0');
  });

  test('brings the relay there, as a service that may do little, and a second run changes nothing', async () => {
    const first = await run();
    expect(first.report.ok, JSON.stringify(first.problem)).toBe(true);
    for (const host of hosts.names) {
      expect(await serves(host)).toContain('active');
      expect(await hosts.on(host, 'systemctl is-enabled bytechat-relay bytechat-relay-firewall')).toBe(
        'enabled\nenabled',
      );
      const exposure = await hosts.on(host, 'systemd-analyze security --no-pager bytechat-relay | tail -1');
      expect(Number(/: ([\d.]+)/.exec(exposure)?.[1])).toBeLessThan(2);
      expect(await hosts.on(host, 'stat -c %U /proc/$(systemctl show -P MainPID bytechat-relay)')).toBe(
        'bytechat-relay',
      );
      expect(await hosts.on(host, 'nft list table inet bytechat_relay')).toContain('tcp dport 5001 drop');
      expect(await hosts.on(host, 'stat -c %a /opt/bytechat-relay/current/relay.env')).toBe('600');
    }
    const second = await run();
    expect(second.report).toMatchObject({ ok: true, changed: false });
    expect(second.hosts.map(({ changed, failed }) => [changed, failed])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(await run({}, 'check')).toMatchObject({ report: { ok: true, changed: false } });
  });

  test('turns its log over while the relay goes on writing', async () => {
    const size = 'stat -c %s /var/log/bytechat-relay/relay.log';
    await hosts.on(one, 'logrotate --force /etc/logrotate.d/bytechat-relay');
    expect(await hosts.on(one, size)).toBe('0');
    expect(await hosts.on(one, 'zcat /var/log/bytechat-relay/relay.log.1.gz')).toContain('"msg":"listening"');
    await hosts.on(one, 'systemctl restart bytechat-relay');
    expect(Number(await hosts.on(one, size))).toBeGreaterThan(0);
  });

  test('settings that are wrong move nobody, and say why; the second host is left alone', async () => {
    const before = [await release(one), await release(two)];
    const { problem, hosts: rows } = await run({ relay_env: { LOG_LEVEL: 'nonsense' } });
    expect(problem).toMatchObject({ code: 'task-failed', message: expect.stringContaining('Try the release') });
    expect(problem?.lines?.join('\n')).toContain('LOG_LEVEL must be one of');
    expect(rows.map(({ host }) => host)).toEqual([one]);
    expect([await release(one), await release(two)]).toEqual(before);
    for (const host of hosts.names) expect(await serves(host)).toContain('active');
  });

  test('what starts well beside and not in its place goes back to what served, settings included', async () => {
    const before = await release(one);
    // The trial has data of its own: only the real place finds this in its way.
    const only =
      'if (process.env.DATA_DIR === "/var/lib/bytechat-relay") { console.log("no room for me"); process.exit(4); }';
    const bad = join(folder, 'bad');
    cpSync(source, bad, { recursive: true });
    renameSync(join(bad, 'relay.js'), join(bad, 'real.js'));
    writeFiles(bad, { 'relay.js': `${only}\nawait import('./real.js');\n`, 'package.json': '{"type":"module"}' });
    const { problem, hosts: rows } = await run({ relay_source: bad, relay_env: { LOG_LEVEL: 'debug' } });
    expect(problem).toMatchObject({
      because: expect.stringMatching(new RegExp(`is not healthy; ${before} serves again$`)),
    });
    expect(problem?.lines?.join('\n')).toContain('no room for me');
    expect(rows.map(({ host }) => host)).toEqual([one]);
    expect(await release(one)).toBe(before);
    expect(await serves(one)).toContain('active');
    expect(await hosts.on(one, 'cat /opt/bytechat-relay/current/relay.env')).not.toContain('LOG_LEVEL');
  });

  test('another setting is another release, moved to host by host; old ones go', async () => {
    const before = await release(two);
    const { report, problem } = await run({ relay_env: { LOG_LEVEL: 'warn' }, relay_keep: 1 });
    expect(report.ok, JSON.stringify(problem)).toBe(true);
    expect(await release(one)).toBe(await release(two));
    expect(await release(two)).not.toBe(before);
    expect(await hosts.on(two, 'ls /opt/bytechat-relay/releases')).toBe(await release(two));
    for (const host of hosts.names) expect(await serves(host)).toContain('active');
  });
});
