import { BytechatError, codes } from '../../core/problem.ts';
import type { CallOptions } from '../../core/runner.ts';
import type { Crash } from '../../core/serve.ts';
import { jsonLines } from '../../engine/files.ts';
import { problemOfOutcome } from '../../engine/outcome.ts';
import * as docker from '../../tools/docker.ts';
import { outcomeOf } from './run.ts';

/** The state of a container, as `docker inspect` tells it. */
export interface ContainerState {
  readonly state: {
    readonly Status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
    readonly Running: boolean;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Error: string;
    readonly FinishedAt: string;
  };
  /** The name of its image. */
  readonly image: string;
  readonly restarts: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Undefined when there is no such container, or when nobody says in time. Throws when Docker cannot be asked. */
export const stateOf = async (name: string, options: CallOptions): Promise<ContainerState | undefined> => {
  const question = docker.inspectContainers([name]);
  const outcome = await outcomeOf(question, options);
  if (outcome.status === 'ok') return jsonLines<ContainerState>(outcome.stdout)[0];
  const problem = problemOfOutcome(question, outcome);
  if (problem && codes[problem.code] === codes['docker-down']) throw new BytechatError(problem);
  return undefined;
};

const LAST_LINES = 15;

/** What it has printed last, from both streams. */
export const lastLines = async (name: string, options: CallOptions): Promise<string[]> => {
  const { stdout, stderr } = await outcomeOf(docker.logs(name, { tail: LAST_LINES }), options);
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter(line => line.trim() !== '')
    .slice(-LAST_LINES);
};

/** A container that Docker starts again and again is not a slow one. */
const RESTARTS = 2;

/** How it ended for good; undefined while it runs, or may yet. */
export const crashOf = async (name: string, release: string, options: CallOptions): Promise<Crash | undefined> => {
  const found = await stateOf(name, options);
  if (!found || !isOver(found)) return undefined;
  const { ExitCode, Error: why, OOMKilled, FinishedAt } = found.state;
  const lines = await lastLines(name, options);
  const said = OOMKilled ? 'killed: it used more memory than it may (OOMKilled)' : why;
  // Of one that is started again and again, and runs just now, the last exit code is gone.
  const exitCode = found.state.Running ? null : ExitCode;
  return { release, at: FinishedAt, exitCode, signal: null, lines: said === '' ? lines : [...lines, said] };
};

const isOver = ({ state: { Status }, restarts }: ContainerState): boolean =>
  Status === 'exited' || Status === 'dead' || restarts >= RESTARTS;
