import { call } from '../core/action.ts';
import type { Json } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import { loginOf, type Repository, repositoryOf, type Stored } from '../core/repository.ts';
import type { CallOptions, Client } from '../core/runner.ts';
import { pause } from '../engine/pause.ts';
import * as docker from '../tools/docker.ts';
import { type DockerEnv, withLogin } from './image/login.ts';
import { type Moving, move } from './image/move.ts';
import { digestIn } from './image/verdict.ts';
import { patiently } from './registry/patience.ts';
import type { Timing } from './registry/session.ts';
import { Trouble } from './registry/trouble.ts';
import { createRegistry, TIMEOUT_MS } from './registry.ts';

interface PullRequest extends Stored {
  readonly platform: string;
}

export interface MoveTiming extends Timing {
  /** How long docker may be silent before the registry is asked whether it is still there, in ms. */
  readonly quietMs: number;
}

const QUIET_MS = 15_000;
/** In ms: what it may take in all. A slow line needs its time, and nobody waits for ever. */
const MOVE_MS = 60 * 60_000;

interface Doors {
  readonly request: Stored;
  readonly at: Repository;
  readonly options: CallOptions;
  readonly timing: MoveTiming;
}

/** Images between this Docker and a registry. */
export const createImage =
  (timing: MoveTiming): Client =>
  async ({ method, request }, options) => {
    const asked = request as unknown as PullRequest;
    const at = repositoryOf(asked.image);
    if (!at) throw new Error(`${asked.image} names no registry`);
    const doors = { request: asked, at, options, timing };
    if (method === 'push') return push(doors);
    if (method === 'pull') return pull(asked.platform, doors);
    throw new Error(`image has no ${method}`);
  };

export const image: Client = createImage({ timeoutMs: TIMEOUT_MS, pause, quietMs: QUIET_MS });

/** Answers with the digest that the image has there. What is there already is not sent. */
const push = async (doors: Doors): Promise<Json> => {
  const { request, at } = doors;
  const there = await unlessRefused(() => digestAt(doors));
  if (there !== undefined) return { ...pushedAs(request, there), detail: `it was there already, ${there}` };
  const said = await moved(doors, { command: docker.push(request.image, MOVE_MS), wanted: `push to ${at.name}` });
  const digest = digestIn(said) ?? (await digestAt(doors));
  if (digest === undefined) throw new BytechatError(vanished(request, at));
  return { ...pushedAs(request, digest), detail: digest };
};

/** By its digest it is this image and no other, whatever becomes of the tag. */
const pushedAs = ({ image: pushed }: Stored, digest: string) => ({
  digest,
  result: `${pushed.slice(0, pushed.lastIndexOf(':'))}@${digest}`,
});

const pull = async (platform: string, doors: Doors): Promise<Json> => {
  const { request, at } = doors;
  const command = { ...docker.pull(request.image, platform), timeoutMs: MOVE_MS };
  const digest = digestIn(await moved(doors, { command, wanted: `read ${at.name}` })) ?? '';
  return { digest, detail: digest };
};

const moved = ({ request, at, options, timing }: Doors, what: Pick<Moving, 'command' | 'wanted'>): Promise<string> => {
  const login = loginOf(request);
  const once = (env: DockerEnv): Promise<string> =>
    move({ ...what, ...at, image: request.image, login, env }, options, timing).catch(async error => {
      throw await secondOpinion(error, { request, at, options, timing });
    });
  return withLogin({ host: at.host, login }, env =>
    patiently(() => once(env), { host: at.host, pause: timing.pause, ...options }),
  );
};

/**
 * A daemon whose first request meets a 500 goes on without the login, and then says that it is missing. So the registry is
 * asked: when it lets this login in, it was no refusal; when it does not, it is one, and is not tried again.
 */
const secondOpinion = async (error: unknown, { request, options, timing }: Doors): Promise<unknown> => {
  const [problem] = error instanceof BytechatError ? error.problems : [];
  const { because = '' } = problem ?? {};
  if (problem?.code !== 'registry-refused' || !/unauthorized|authentication required/i.test(because)) return error;
  try {
    await createRegistry(timing)(call('registry', 'check', { ...request }), options);
    return new Trouble('answer', because, { lasting: problem });
  } catch (second) {
    return second instanceof BytechatError && second.problem.code === 'registry-refused' ? error : second;
  }
};

const digestAt = async ({ request, options, timing }: Doors): Promise<string | undefined> => {
  const found = await createRegistry(timing)(call('registry', 'head', { ...request }), options);
  return (found as { readonly digest: string } | null)?.digest;
};

/** Some registries refuse to speak of a repository that does not exist yet: then the push itself will tell. */
const unlessRefused = async (look: () => Promise<string | undefined>): Promise<string | undefined> => {
  try {
    return await look();
  } catch (error) {
    if (error instanceof BytechatError && error.problem.code === 'registry-refused') return undefined;
    throw error;
  }
};

const vanished = ({ image: pushed }: Stored, { host }: Repository): Problem => ({
  code: 'registry-failed',
  message: `${host} does not have ${pushed}, which was pushed there`,
  fix: 'try again',
});
