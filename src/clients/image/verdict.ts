import type { Command } from '../../core/action.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import type { Outcome } from '../../core/runner.ts';
import { problemOfOutcome } from '../../engine/outcome.ts';
import type { Credentials } from '../registry/credentials.ts';
import { refused } from '../registry/problems.ts';
import { Trouble } from '../registry/trouble.ts';

/** What was moved, between this Docker and which registry. */
export interface Moved {
  readonly command: Command;
  readonly image: string;
  readonly host: string;
  /** `push to team/shop` */
  readonly wanted: string;
  readonly who: () => Promise<Pick<Credentials, 'username' | 'isToken' | 'from'> | undefined>;
}

/** What passes by itself, as Docker words it. */
const PASSING = [
  'timeout|timed out|deadline exceeded',
  'connection (reset|refused)|broken pipe|use of closed network connection',
  '\\bEOF\\b|no route to host|network is unreachable|server misbehaving|temporary failure|http2: ',
  '(status|HTTP)(:| code| is)? ?(408|429|5\\d\\d)|too ?many ?requests',
  'service unavailable|bad gateway|gateway time-?out|internal server error',
];
const passing = new RegExp(PASSING.join('|'), 'i');
const late = /timeout|timed out|deadline exceeded/i;
const refusing = /unauthorized|denied|forbidden|authentication required|no basic auth credentials/i;
const absent = /does not exist locally|tag does not exist|no such image/i;
const unknown = /manifest unknown|manifest for .* not found/i;

/** Throws what the ending of a push or pull means: Trouble when it may go better the next time, else a Problem. */
export const judge = async (outcome: Outcome, moving: Moved): Promise<void> => {
  const { command, image, host, wanted } = moving;
  const found = problemOfOutcome(command, outcome);
  if (!found) return;
  const problem = { ...found, reproduce: `docker ${command.args.join(' ')}` };
  const said = outcome.stderr.trim().split('\n').at(-1) || 'it does not say why';
  if (isOfThisMachine(problem)) throw new BytechatError(problem);
  if (/getting credentials/i.test(said)) throw new BytechatError(noHelper(problem, said));
  if (absent.test(said)) throw new BytechatError(noImage(`${image} here`, said));
  if (unknown.test(said)) throw new BytechatError(noImage(`${image} in its registry`, said));
  if (refusing.test(said)) throw new BytechatError(refused({ host, wanted, said, credentials: await moving.who() }));
  if (passing.test(said)) throw new Trouble(late.test(said) ? 'timeout' : 'answer', said);
  throw new BytechatError({
    ...problem,
    code: 'registry-failed',
    message: `Could not ${wanted} at ${host}`,
    because: said,
  });
};

/** Those have names and fixes of their own, and no registry has a part in them. */
const isOfThisMachine = ({ code, fix = '' }: Problem): boolean => {
  const own: readonly Problem['code'][] = ['docker-down', 'disk-full', 'tool-missing', 'timed-out', 'interrupted'];
  return own.includes(code) || (code === 'no-permission' && /docker/i.test(fix));
};

const noHelper = ({ lines = [] }: Problem, said: string): Problem => ({
  code: /permission denied/i.test(said) ? 'no-permission' : 'command-failed',
  message: 'Docker could not ask for the login',
  because: said,
  lines,
  fix: /permission denied/i.test(said)
    ? 'set TMPDIR to a folder in which programs may run'
    : 'correct credHelpers and credsStore in the config.json of Docker',
});

const noImage = (what: string, said: string): Problem => ({
  code: 'unknown-release',
  message: `There is no image ${what}`,
  because: said,
  fix: 'bytechat docker build makes it',
});

/** `b7c01e: digest: sha256:… size: 527` of a push, `Digest: sha256:…` of a pull. */
export const digestIn = (output: string): string | undefined => /digest: (sha256:[0-9a-f]{64})/i.exec(output)?.[1];
