import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AskRequest, DoorStatus, PrepareRequest, SwitchRequest } from '../core/door.ts';
import { BytechatError } from '../core/problem.ts';
import { checkToken } from '../engine/fencing.ts';
import { ask } from './ask.ts';
import { switchTo } from './change.ts';
import { settled } from './entrance.ts';
import { follow, held, released } from './follow.ts';
import { prepare } from './prepare.ts';
import { inOrder, note, save, statusOf, type World } from './world.ts';

export type Request = { readonly token?: number } & { readonly [key: string]: unknown };

type Operation = (world: World, request: Request) => Promise<unknown>;

const hold: Operation = async (world): Promise<DoorStatus> => {
  await save(world, held(world));
  await follow(world);
  await settled(world.entrance);
  return statusOf(world);
};

const unhold: Operation = async (world): Promise<DoorStatus> => {
  try {
    await note(world, released);
  } finally {
    await follow(world);
  }
  return statusOf(world);
};

const change: Operation = async (world, request) => {
  const { to, data } = need(request, 'to') as unknown as SwitchRequest;
  checkName(to?.container);
  for (const name of [data?.backup, data?.restore]) if (name !== undefined && name !== '') checkName(name);
  const restore = data?.restore && join(world.settings.backups, data.restore);
  if (restore && !existsSync(restore)) throw new BytechatError(noCopy(data?.restore ?? ''));
  return switchTo(world, request as unknown as SwitchRequest);
};

const clear: Operation = async (world): Promise<DoorStatus> => {
  const nothing = { current: undefined, previous: undefined, switchedBy: undefined, switched: undefined };
  await save(world, { ...nothing, ...released, told: undefined });
  await follow(world);
  return statusOf(world);
};

const ready: Operation = (world, request) => {
  checkName(request.container);
  return prepare(world.settings, request as unknown as PrepareRequest);
};

/** What is being copied has a dot in its name. */
const copiesIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch(() => []);
  return names.filter(name => !name.includes('.'));
};

const need = (request: Request, name: string): Request => {
  if (request[name] === undefined) throw new BytechatError({ code: 'usage', message: `The request has no ${name}` });
  return request;
};

/** Names become folders. */
const checkName = (name: unknown): void => {
  if (typeof name === 'string' && /^[a-zA-Z0-9][\w.-]*$/.test(name)) return;
  throw new BytechatError({
    code: 'usage',
    message: `${JSON.stringify(name)} is not the name of a container or a copy`,
  });
};

const noCopy = (name: string) => ({
  code: 'missing-file' as const,
  message: `There is no copy ${name} of the data`,
  because: 'what serves goes on serving',
});

const guarded =
  (operation: Operation): Operation =>
  (world, request) =>
    inOrder(world, async () => {
      const { token = 0 } = request;
      checkToken(world.state.token, token);
      if (token > world.state.token) await save(world, { token });
      return operation(world, request);
    });

/** What may be asked of a door. Looking waits for nobody; everything else is done one at a time, in the order of arrival. */
export const operations: Readonly<Record<string, Operation>> = {
  status: async world => ({ ...statusOf(world), backups: await copiesIn(world.settings.backups) }),
  ask: async (_, request) => ask(need(need(request, 'at'), 'path') as unknown as AskRequest),
  prepare: guarded(ready),
  hold: guarded(hold),
  unhold: guarded(unhold),
  switch: guarded(change),
  clear: guarded(clear),
};
