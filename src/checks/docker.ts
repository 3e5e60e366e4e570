import { dockerProblem } from '../core/docker-problem.ts';
import { type Facts, need } from '../core/fact.ts';
import { containers } from '../core/facts/containers.ts';
import { docker } from '../core/facts/docker.ts';
import { image } from '../core/facts/image.ts';
import type { Problem } from '../core/problem.ts';
import type { Check } from './check.ts';

/** The first whose containers can be limited as ours are, and whose volumes take the owner of the image's folder. */
const LOWEST = [20, 10] as const;

export const dockerThere: Check = {
  id: 'docker',
  title: 'Docker is there and answers',
  facts: [docker.name],
  scope: 'reach',
  targets: ['docker'],
  examine: (_config, facts) => problemsOf(facts),
};

const problemsOf = (facts: Facts): Problem[] => {
  const now = need(docker, facts);
  const silent = dockerProblem(now);
  if (silent) return [silent];
  const [major = 0, minor = 0] = now.server.split('.').map(Number);
  if (major > LOWEST[0] || (major === LOWEST[0] && minor >= LOWEST[1])) return [];
  return [
    {
      code: 'docker-down',
      message: `Docker ${now.server} is older than ${LOWEST.join('.')}`,
      fix: 'install a newer one: https://docs.docker.com/engine/install',
    },
  ];
};

/** Else what serves would be taken for nothing: not told of, or replaced. */
export const containersKnown: Check = {
  id: 'containers',
  title: 'Docker says which containers there are',
  facts: [docker.name, containers.name],
  scope: 'reach',
  targets: ['docker'],
  examine(_config, facts) {
    if (need(docker, facts).server === '' || need(containers, facts).known) return [];
    return [
      {
        code: 'docker-down',
        message: 'Docker does not say which containers there are',
        because: 'it answers with an error, or too late',
        fix: 'docker ps --all shows why; then try again',
      },
    ];
  },
};

/** Only who builds needs it: images that are there run without, the app's and the door's. */
export const buildxThere: Check = {
  id: 'buildx',
  title: 'Docker can build with BuildKit',
  facts: [docker.name, image.name, containers.name],
  scope: 'build',
  targets: ['docker'],
  examine(_config, facts) {
    const { server, buildx } = need(docker, facts);
    const { here, there } = need(image, facts);
    const { door, doorBuilt } = need(containers, facts);
    const hasAll = (here || there) && (doorBuilt || door === 'answers');
    if (server === '' || buildx || hasAll) return [];
    return [
      {
        code: 'buildx-missing',
        message: 'Docker is here without buildx, which builds images',
        fix: 'install it: https://docs.docker.com/go/buildx',
      },
    ];
  },
};
