import { relative, resolve } from 'node:path';
import process from 'node:process';
import type { Command } from '../../core/action.ts';
import type { Place, Problem } from '../../core/problem.ts';
import type { Outcome, Runner } from '../../core/runner.ts';
import { readIfThere } from '../../engine/files.ts';
import { problemOfOutcome } from '../../engine/outcome.ts';
import { blockAt, linesTo, onlyLine } from '../../tools/ansible/excerpt.ts';
import { type Named, type Placed, placeIn } from '../../tools/ansible/failure.ts';
import { collection } from '../../tools/ansible.ts';

const INTERRUPTED = 99;

/** What Ansible could not even begin with, or was stopped in. Its events say nothing of that: it stands on stderr. */
export const problemOfText = async (command: Command, outcome: Outcome, cwd: string): Promise<Problem> => {
  const { stderr, exitCode } = outcome;
  if (exitCode === INTERRUPTED) return { code: 'interrupted', message: 'ansible-playbook was stopped' };
  const known = problemOfOutcome(command, { ...outcome, stdout: '' });
  const problem: Problem = known ?? { code: 'command-failed', message: 'ansible-playbook failed' };
  const place = placeIn(stderr);
  const because = (YAML.exec(stderr)?.[1] ?? problem.because)?.replace(/\.$/, '');
  const where = place && (await placed(place, { cwd, show: linesTo }));
  const { lines, reproduce, ...rest } = problem;
  return {
    ...rest,
    ...(because !== undefined && { because }),
    // What it prints repeats the place.
    ...(where ? { where } : { ...(lines && { lines }) }),
    ...(reproduce !== undefined && { reproduce: `ansible-playbook --syntax-check ${command.args.at(-1)}` }),
  };
};

/** What is wrong with the YAML stands below what it was tried to be read as. */
const YAML = /Syntax Error while loading YAML\.\n\s+(.+)/;

/** With the lines of the task in its playbook; of a task with secrets the first alone. */
export const excerpted = async ({ problem, place, secret }: Placed, cwd: string): Promise<Problem> => {
  if (!place) return problem;
  const { column, ...where } = await placed(place, { cwd, show: secret ? onlyLine : blockAt });
  return { ...problem, where };
};

interface Showing {
  readonly cwd: string;
  readonly show: typeof linesTo;
}

const placed = async ({ file, line, column }: Named, { cwd, show }: Showing): Promise<Place> => {
  const text = await readIfThere(resolve(cwd, file)).catch(() => undefined);
  const excerpt = text === undefined ? [] : show(text.split('\n'), { line });
  return {
    file: shown(resolve(cwd, file)),
    line,
    ...(column !== undefined && { column }),
    ...(excerpt.length > 0 && { excerpt }),
  };
};

const shown = (file: string): string => {
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
};

const UNRESOLVED = /couldn't resolve module\/action '((\w+\.\w+)\.[\w.]+)'/;

/** They are Ansible itself. */
const OWN: readonly string[] = ['ansible.builtin', 'ansible.legacy'];

/** A module that nobody knows is misspelt, or its collection is not here: only Ansible can tell the two apart. */
export const withCollection = async (problem: Problem, runner: Runner): Promise<Problem> => {
  const [, module, name] = UNRESOLVED.exec(problem.because ?? '') ?? [];
  if (module === undefined || name === undefined || OWN.includes(name)) return problem;
  const { stdout } = await runner.run(collection(name));
  if (stdout.includes(name)) return problem;
  return {
    ...problem,
    code: 'collection-missing',
    message: `The collection ${name} is not installed, and ${module} is in it`,
    fix: `ansible-galaxy collection install ${name}`,
  };
};
