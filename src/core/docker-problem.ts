import type { DockerFact } from './facts/docker.ts';
import type { Problem } from './problem.ts';

/** Why nothing can be asked of Docker; undefined when it answers. */
export const dockerProblem = ({ client, server, said }: DockerFact): Problem | undefined => {
  if (client === '')
    return {
      code: 'tool-missing',
      message: 'docker is not installed',
      fix: 'install it: https://docs.docker.com/engine/install',
    };
  if (server !== '') return undefined;
  const because = said === '' ? {} : { because: said };
  return /permission denied/i.test(said) ? { ...FORBIDDEN, ...because } : { ...DOWN, ...because };
};

const FORBIDDEN: Problem = {
  code: 'no-permission',
  message: 'Docker may not be used by you',
  fix: 'let yourself use Docker: sudo usermod -aG docker "$USER", then log in again',
};

const DOWN: Problem = {
  code: 'docker-down',
  message: 'No Docker daemon answers',
  fix: 'start Docker; docker info says why it does not',
};
