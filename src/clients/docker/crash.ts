import { crashProblem } from '../../core/crash.ts';
import type { Problem } from '../../core/problem.ts';
import type { Crash } from '../../core/serve.ts';

/** What a container may not do unless it is told so, by what apps say when they try. */
const LIMITS: readonly { readonly when: RegExp; readonly say: string }[] = [
  {
    when: /read-only file system|EROFS/i,
    say: 'let it write below app.container.data, /tmp or a volume, or set app.container.writable: true',
  },
  {
    when: /(bind|listen).*(EACCES|permission denied)|EACCES.*(bind|listen)/i,
    say: 'let it listen on app.container.port (PORT), or add NET_BIND_SERVICE to app.container.capabilities',
  },
  {
    when: /EACCES|permission denied/i,
    say: 'let the user of the image write there: app.container.data is theirs, other folders need a chown in the Dockerfile',
  },
  {
    when: /operation not permitted|EPERM|setuid|setgid|chown/i,
    say: 'run it as a user without rights (USER in its Dockerfile), or name what it needs in app.container.capabilities',
  },
];

/** A container that ends by itself; when it ran into a limit of ours, the key that lifts it. */
export const containerCrash = (crash: Crash): Problem => {
  const said = crash.lines.join('\n');
  const limit = LIMITS.find(({ when }) => when.test(said));
  return { ...crashProblem(crash), ...(limit && { fix: limit.say }) };
};
