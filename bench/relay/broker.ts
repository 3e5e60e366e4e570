/** Mosquitto, a broker that many run: the installed one, or the one from Debian's packages, unpacked into the cache. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES = ['mosquitto', 'libmosquitto1', 'libcjson1', 'libdlt2'] as const;

interface Program {
  file: string;
  env: Record<string, string>;
}

/** Made when it is not there; otherwise why it cannot be had. */
export function findBroker(cache: string): string | undefined {
  const dir = join(cache, 'mosquitto');
  if (versionOf(programIn(dir))) return undefined;
  unpack(dir);
  return versionOf(programIn(dir)) ? undefined : 'mosquitto is not installed, and apt-get cannot download it';
}

export const brokerVersion = (cache: string): string => versionOf(programIn(join(cache, 'mosquitto'))) ?? 'none';

/** Nothing is stored, and nobody waits for acknowledgements. */
export function brokerCommand(cache: string, { port, dir }: { port: number; dir: string }) {
  const { file, env } = programIn(join(cache, 'mosquitto'));
  const conf = join(dir, 'mosquitto.conf');
  const rules = ['allow_anonymous true', 'max_queued_messages 0', 'max_inflight_messages 0', 'set_tcp_nodelay true'];
  writeFileSync(conf, [`listener ${port} 127.0.0.1`, ...rules, 'persistence false', 'user root', ''].join('\n'));
  return { args: [file, '-c', conf], env };
}

function programIn(dir: string): Program {
  const own = join(dir, 'usr/sbin/mosquitto');
  if (!existsSync(own)) return { file: 'mosquitto', env: {} };
  const lib = join(dir, 'usr/lib');
  return {
    file: own,
    env: {
      LD_LIBRARY_PATH: readdirSync(lib)
        .map(each => join(lib, each))
        .join(':'),
    },
  };
}

function versionOf({ file, env }: Program): string | undefined {
  const { stdout } = spawnSync(file, ['-h'], { env: { ...process.env, ...env }, encoding: 'utf8' });
  return /mosquitto version (\S+)/.exec(stdout ?? '')?.[1];
}

/** What dpkg does with a package apart from setting it up: no service is started. */
function unpack(dir: string): void {
  mkdirSync(dir, { recursive: true });
  if (spawnSync('apt-get', ['download', '-q', ...PACKAGES], { cwd: dir, stdio: 'ignore' }).status !== 0) return;
  for (const file of readdirSync(dir)) if (file.endsWith('.deb')) spawnSync('dpkg', ['-x', file, '.'], { cwd: dir });
}
