import type { Config } from '../config/config.ts';
import { imageOf } from '../config/containers.ts';
import { storedAt } from '../config/stored.ts';
import { call } from '../core/action.ts';
import { dockerProblem } from '../core/docker-problem.ts';
import { type Facts, need } from '../core/fact.ts';
import { docker as dockerFact } from '../core/facts/docker.ts';
import { image } from '../core/facts/image.ts';
import { published, recorded, stored } from '../core/facts/registry.ts';
import { BytechatError } from '../core/problem.ts';
import { HUB, type Login, repositoryOf, type Stored } from '../core/repository.ts';
import type { Step } from '../core/step.ts';
import * as docker from '../tools/docker.ts';

/** Where the app's images are kept, and who asks. Throws when the configuration does not say where. */
export const storeOf = (config: Config): Stored => {
  const stored = storedAt(config);
  if (stored) return stored;
  const key = config.app.bundled ? 'chat.repository' : 'app.image.repository';
  throw new BytechatError({
    code: 'missing-value',
    message: `${key} names no registry`,
    because: `${config.app.image?.repository ?? config.app.name} is an image of this machine alone`,
    ...(config.file !== undefined && { where: { file: config.file } }),
    fix: `set ${key} to something such as registry.example.org/team/${config.app.name}`,
  });
};

export const hostOf = ({ image: written }: Stored): string => repositoryOf(written)?.host ?? HUB;

/** Asks the registry first, which says better than docker what is wrong, then lets Docker keep the login as it does. */
export const logIn = (config: Config, { username, password }: Login): Step[] => {
  const stored = storeOf(config);
  const host = hostOf(stored);
  return [
    {
      id: 'login',
      title: `Log in at ${host}`,
      needs: [],
      changes: [{ action: 'change', what: `Docker's login at ${host}: ${username}` }],
      actions: [
        call('registry', 'check', { image: stored.image, username, password }),
        docker.login(host, { username, password }),
      ],
    },
  ];
};

/** The release that a deploy would build now, or the recorded one whose name begins so; its image must be here. */
export const releaseToPush = (config: Config, facts: Facts, named: string | undefined): string => {
  const silent = dockerProblem(need(dockerFact, facts));
  if (silent) throw new BytechatError(silent);
  if (named !== undefined) return recordedAs(named, facts);
  const { tag, here } = need(image, facts);
  if (here) return tag;
  throw new BytechatError({
    code: 'unknown-release',
    message: `There is no image ${imageOf(config, tag)} here`,
    because: 'nobody has built what the sources are now',
    fix: 'bytechat docker build makes it; bytechat registry push --release pushes an earlier one',
  });
};

const recordedAs = (named: string, facts: Facts): string => {
  const all = need(recorded, facts);
  const [found, ...more] = all.filter(release => release.startsWith(named));
  if (found !== undefined && more.length === 0) return found;
  throw new BytechatError({
    code: 'unknown-release',
    message: found === undefined ? `No release ${named} is recorded` : `${named} may be one of several releases`,
    ...(all.length > 0 && { allowed: found === undefined ? all : [found, ...more] }),
    fix: 'bytechat history shows them',
  });
};

/** Nothing, when the registry has it: a release has the name of its content. */
export const pushImage = (config: Config, facts: Facts, release: string): Step[] => {
  const at = storeOf(config);
  if (published.of(facts)?.includes(release)) return [];
  const pushed = imageOf(config, release);
  return [
    {
      id: 'push',
      title: `Push ${pushed}`,
      needs: [published.of(facts) === undefined ? stored.name : published.name],
      tells: true,
      changes: [{ action: 'create', what: `${pushed} at its registry`, because: 'it is not there' }],
      actions: [call('image', 'push', { ...at, image: pushed }, 'pushed')],
    },
  ];
};
