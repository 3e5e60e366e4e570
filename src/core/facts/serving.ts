import { fact } from '../fact.ts';

/** What serves this project's app on its target. */
export interface ServingFact {
  /**
   * Who owns the address and leads people to the release: on `local` the supervisor.
   * `answers`: it runs. `gone`: it has died and may have left its app behind. `none`: nothing was started.
   */
  readonly supervisor: 'answers' | 'gone' | 'none';
  /** Which one it is: what `KeptFact.keeper` is compared with. */
  readonly version: string;
  /** The release that runs; empty when none does. */
  readonly release: string;
  readonly config: string;
  /** The process that runs it, or 0. */
  readonly pid: number;
  /** The container that runs it, or empty. */
  readonly container: string;
  readonly url: string;
  readonly port: number;
  readonly since: string;
  /** The file that gets what it prints; empty where that is asked of a program. */
  readonly log: string;
  readonly restarts: number;
  readonly [key: string]: string | number;
}

export const serving = fact<ServingFact>('serving');

export const nothingServes: ServingFact = {
  supervisor: 'none',
  version: '',
  release: '',
  config: '',
  pid: 0,
  container: '',
  url: '',
  port: 0,
  since: '',
  log: '',
  restarts: 0,
};
