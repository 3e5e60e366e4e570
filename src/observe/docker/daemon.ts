import type { DockerFact } from '../../core/facts/docker.ts';
import * as docker from '../../tools/docker.ts';
import type { Observer } from '../observer.ts';

interface Versions {
  readonly Client?: { readonly Version?: string };
  readonly Server?: { readonly Version?: string; readonly Os?: string; readonly Arch?: string } | null;
}

export const observeDocker: Observer = async (_subject, { outcome }): Promise<DockerFact> => {
  const [versions, buildx] = await Promise.all([outcome(docker.versions()), outcome(docker.buildxVersion())]);
  const { Client, Server } = parse(versions.stdout);
  return {
    client: versions.status === 'missing' ? '' : (Client?.Version ?? 'unknown'),
    server: Server?.Version ?? '',
    said: Server?.Version ? '' : (versions.stderr.trim().split('\n').at(-1) ?? ''),
    platform: Server?.Os && Server.Arch ? `${Server.Os}/${Server.Arch}` : '',
    buildx: buildx.status === 'ok',
  };
};

const parse = (text: string): Versions => {
  try {
    return JSON.parse(text) as Versions;
  } catch {
    return {};
  }
};
