import type { Tool } from '../core/action.ts';

/** Docker's command line: it honours contexts, credential helpers and BuildKit, which its HTTP API does not. */
export const docker: Tool = {
  file: 'docker',
  version: ['version', '--format', '{{.Client.Version}}'],
  atLeast: '20.10',
  install: 'https://docs.docker.com/engine/install',
  // BuildKit tells the same from the outside in: what comes last is what happened.
  cause:
    '^(?:docker: )?(?:ERROR: |Error response from daemon: )(?:failed to build: |failed to solve(?: with frontend \\S+)?: |rpc error: code = \\w+ desc = |failed to create LLB definition: )*(.+)$',
  hints: [
    {
      what: 'No Docker daemon answers',
      when: 'cannot connect to the docker daemon|error during connect|is the docker daemon running|(code = |solve: )unavailable|error reading from server: EOF',
      say: 'start Docker, then run this again: it goes on from what is there',
      code: 'docker-down',
    },
    {
      what: 'No space is left where Docker keeps its images',
      when: 'no space left on device',
      say: 'free some space: docker system df shows where it went',
      code: 'disk-full',
    },
    {
      when: 'permission denied .*docker.*sock',
      say: 'let yourself use Docker: sudo usermod -aG docker "$USER", then log in again',
      code: 'no-permission',
    },
    {
      when: 'port is already allocated|address already in use',
      say: 'end what listens there (ss -ltnp and docker ps show it), or set app.port to a free one',
      code: 'ports-taken',
    },
    {
      when: "unknown flag: --(metadata-file|iidfile)|'buildx' is not a docker command|unknown command: docker buildx",
      say: 'install buildx: https://docs.docker.com/go/buildx',
      code: 'buildx-missing',
    },
    {
      when: 'the container name .* is already in use',
      say: 'choose another app.name, or remove that container',
      code: 'name-taken',
    },
    {
      // Not the `Permission denied` of a program that a build runs.
      when: 'unauthorized: |(?<!permission )denied: |access denied|resource is denied|authentication required|no basic auth credentials',
      say: 'bytechat registry login, or docker login',
      code: 'registry-refused',
    },
  ],
};
