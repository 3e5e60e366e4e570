import { randomUUID } from 'node:crypto';
import type { CallOptions } from '../../core/runner.ts';
import * as docker from '../../tools/docker.ts';
import { outcomeOf, outputOf, unlessGone } from './run.ts';

/** Who the app of an image runs as, in numbers. Nothing of what nobody knows. */
export interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** `USER 65532:65532`, `USER node`, `USER node:staff`; without one it is root. */
export const ownerOf = async (image: string, options: CallOptions): Promise<Owner> => {
  const { Config } = JSON.parse(await outputOf(docker.inspectImage(image), options)) as { Config: { User?: string } };
  const [user = '', group] = (Config.User || '0:0').split(':');
  if (isNumber(user) && (group === undefined || isNumber(group)))
    return { uid: Number(user), gid: Number(group ?? user) };
  return named({ image, user, group }, options);
};

const isNumber = (word: string): boolean => /^\d+$/.test(word);

interface Named {
  readonly image: string;
  readonly user: string;
  readonly group: string | undefined;
}

/** Of a name only the image knows the number: its files are looked into, and nothing in it is run. */
const named = async ({ image, user, group }: Named, options: CallOptions): Promise<Owner> => {
  const probe = `bytechat-probe-${randomUUID().slice(0, 8)}`;
  try {
    await outputOf(docker.createContainer(probe, image), options);
    const [passwd, groups] = await Promise.all([textIn(probe, '/etc/passwd'), textIn(probe, '/etc/group')]);
    const [uid, own] = numbersOf(passwd, user);
    const gid = group === undefined ? own : isNumber(group) ? Number(group) : numbersOf(groups, group)[0];
    return { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
  } finally {
    await unlessGone(docker.remove(probe), { ...options, signal: undefined });
  }

  async function textIn(container: string, file: string): Promise<string> {
    return (await outcomeOf(docker.readFile(container, file), options)).stdout;
  }
};

/** `node:x:1000:1000:…` of passwd(5), `staff:x:50:…` of group(5). A number stands for itself. */
const numbersOf = (text: string, name: string): (number | undefined)[] => {
  if (isNumber(name)) return [Number(name)];
  // The first line stands behind the header of the archive, which ends with zeros.
  const entry = text.split(/[\n\0]/).find(line => line.startsWith(`${name}:`));
  const [, , ...words] = (entry ?? '').split(':');
  return words.slice(0, 2).map(word => (isNumber(word) ? Number(word) : undefined));
};
