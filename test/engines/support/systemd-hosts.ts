import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { docker } from '../../support/docker.ts';
import { writeFiles } from '../../support/folder.ts';

/** A plain Debian with systemd, Python and Node.js, as somebody's host would be. */
const DOCKERFILE = `FROM node:24-bookworm-slim
RUN apt-get update -qq \\
 && apt-get install -y -qq --no-install-recommends systemd systemd-sysv dbus python3 nftables logrotate >/dev/null
RUN systemctl mask systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket getty.target \\
 console-getty.service systemd-logind.service
CMD ["/sbin/init"]
`;

const IMAGE = 'bytechat-test/systemd-host:1';

export interface Hosts {
  readonly names: readonly string[];
  /** The inventory: the group relays, over Docker's own connection. */
  readonly inventory: string;
  /** What a shell on one of them prints. */
  on(host: string, script: string): Promise<string>;
  dispose(): Promise<void>;
}

/** Containers whose first process is systemd. They are no virtual machines: the kernel and its clock are shared. */
export const systemdHosts = async (count: number, folder: string): Promise<Hosts> => {
  const context = join(folder, 'host');
  writeFiles(context, { Dockerfile: DOCKERFILE });
  await docker('build', '--quiet', '--tag', IMAGE, context);
  const id = randomBytes(3).toString('hex');
  const names = Array.from({ length: count }, (_, index) => `bytechat-host-${id}-${index + 1}`);
  const on = (host: string, script: string): Promise<string> => docker('exec', host, 'sh', '-c', script);
  for (const name of names) await docker('run', '--detach', '--name', name, ...AS_A_HOST, IMAGE);
  // It ends with 1 where a unit of the distribution does not work in a container; what matters is that it has started.
  for (const name of names) await on(name, 'systemctl is-system-running --wait || true');
  const lines = names.map(name => `${name} ansible_connection=community.docker.docker`);
  const vars = 'ansible_python_interpreter=/usr/bin/python3\nansible_become=false';
  return {
    names,
    on,
    inventory: `[relays]\n${lines.join('\n')}\n[relays:vars]\n${vars}\n`,
    dispose: async () => void (await docker('rm', '--force', ...names)),
  };
};

/** What systemd and nftables need of Docker, and no more. */
const AS_A_HOST = [
  ...['--cap-add', 'SYS_ADMIN', '--cap-add', 'NET_ADMIN', '--cgroupns', 'host'],
  ...['--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined'],
  ...['--tmpfs', '/run', '--tmpfs', '/run/lock', '--tmpfs', '/tmp', '--volume', '/sys/fs/cgroup:/sys/fs/cgroup:rw'],
];
