import type { Json } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import type { CallOptions, Client, Outcome } from '../core/runner.ts';
import { eventIn } from '../tools/ansible/event.ts';
import { problemsOfFailures } from '../tools/ansible/failure.ts';
import { dataOf, fatal, linesOf, rowsOf, type Story, tellOn, untold } from '../tools/ansible/story.ts';
import { type Play, run, syntax } from '../tools/ansible.ts';
import { mustBeThere } from './ansible/files.ts';
import { excerpted, problemOfText, withCollection } from './ansible/problems.ts';

/**
 * `syntax` reads a playbook, `problems` answers with what is wrong with its syntax, `check` says what it would change,
 * `run` changes it.
 */
export const ansible: Client = async ({ method, request }, options) => {
  const play = request as unknown as Play;
  await mustBeThere(play);
  if (method === 'problems') return (await syntaxProblems(play, options)) as unknown as Json;
  if (method === 'syntax') return readPlaybook(play, options);
  if (method === 'check' || method === 'run') return follow(play, method === 'check', options);
  throw new Error(`ansible has no ${method}`);
};

const readPlaybook = async (play: Play, options: CallOptions): Promise<Json> => {
  const problems = await syntaxProblems(play, options);
  if (problems.length > 0) throw new BytechatError(problems);
  return { changed: false };
};

const syntaxProblems = async (play: Play, { runner, signal }: CallOptions): Promise<Problem[]> => {
  if (!runner) throw new Error('ansible runs by a runner');
  const command = syntax(play);
  const outcome = await runner.run(command, { signal });
  if (outcome.status === 'ok') return [];
  return [await withCollection(await problemOfText(command, outcome, play.cwd), runner)];
};

const follow = async (play: Play, check: boolean, { runner, signal, onLine }: CallOptions): Promise<Json> => {
  if (!runner) throw new Error('ansible runs by a runner');
  let story = untold;
  let gaveUp = false;
  const listen = (line: string): void => {
    const event = eventIn(line);
    if (event) story = tellOn(story, event);
    // What it gives up with is told as a problem.
    gaveUp ||= !event && /^(ERROR!|\[ERROR\]:)/.test(line);
    if (!gaveUp) for (const told of event ? linesOf(event) : [line]) onLine?.(told);
  };
  const command = run(play, { check });
  const outcome = await runner.run(command, { signal, onLine: listen });
  const data = dataOf(story);
  if (outcome.status !== 'ok') {
    const problems = await problemsOfRun(story, outcome, play);
    throw new BytechatError(await Promise.all(problems.map(problem => withCollection(problem, runner))), { data });
  }
  const rows = rowsOf(story);
  if (rows.length === 0) throw new BytechatError(nobody(play, outcome), { data });
  const changes = rows.reduce((sum, { changed }) => sum + changed, 0);
  return { data, changed: changes > 0, detail: said(rows.length, changes, check) };
};

const said = (hosts: number, changes: number, check: boolean): string =>
  `${hosts} ${hosts === 1 ? 'host' : 'hosts'}, ${changes} ${check ? 'would change' : 'changed'}`;

const problemsOfRun = async (story: Story, outcome: Outcome, play: Play): Promise<Problem[]> => {
  const failures = outcome.status === 'failed' && outcome.exitCode !== INTERRUPTED ? fatal(story) : [];
  if (failures.length === 0) return [await problemOfText(run(play), outcome, play.cwd)];
  return Promise.all(problemsOfFailures(failures, play).map(placed => excerpted(placed, play.cwd)));
};

/** What Ansible ends with when somebody else has stopped it. */
const INTERRUPTED = 99;

/** It ends well, and has done nothing. */
const nobody = ({ playbook, inventory }: Play, { stderr }: Outcome): Problem => ({
  code: 'no-hosts',
  message: `${playbook} has run on no host`,
  because: /^\[WARNING\]: (Could not match .+)$/m.exec(stderr)?.[1] ?? 'no host of the inventory is in its plays',
  fix:
    inventory === undefined
      ? 'name the inventory that has its hosts: --inventory <file>'
      : 'correct hosts in the playbook, or the groups in the inventory',
});
