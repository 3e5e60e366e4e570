import { fact } from '../fact.ts';

type Jsonable = { readonly [key: string]: string | number | boolean | null | readonly string[] };

/** What a package.json says of how the app is started. Empty where it says nothing. */
export interface NodeHints extends Jsonable {
  readonly name: string;
  readonly start: string;
  readonly build: string;
  readonly main: string;
  readonly dependencies: readonly string[];
  /** `npm`, `pnpm` or `yarn`, by the lock file. */
  readonly manager: string;
}

/** What the Python files say. Empty where they say nothing. */
export interface PythonHints extends Jsonable {
  /** Names of the packages that the project asks for, in lower case. */
  readonly packages: readonly string[];
  /** As servers want it: `main:app`. */
  readonly app: string;
  /** `FastAPI`, `Flask`, `Django` … */
  readonly framework: string;
  /** The interpreter that has the packages: `.venv/bin/python`, or the one of the machine. */
  readonly interpreter: string;
}

/** What a Dockerfile says. Empty where it says nothing. */
export interface DockerHints extends Jsonable {
  /** Its command in words, when it is written as such. */
  readonly command: readonly string[];
  /** Its command as a line for a shell, when it is written as that. */
  readonly line: string;
  /** The port that it exposes; 0 when it exposes none. */
  readonly port: number;
}

/** What the sources of a server say. */
export interface SourceHints extends Jsonable {
  readonly file: string;
  /** 0 when it names none. */
  readonly port: number;
  /** The line that names it, from 1. */
  readonly line: number;
  /** A path that looks like a health check; empty when there is none. */
  readonly health: string;
  /** Whether it waits for requests, as far as that can be read. */
  readonly listens: boolean;
}

/** What lies in the folder of a project, as far as it says how the app is started. Only `init` looks. */
export interface FolderFact {
  readonly exists: boolean;
  readonly name: string;
  /** The names in it, sorted; folders end in `/`. */
  readonly entries: readonly string[];
  /** The text of the configuration file; null when there is none. */
  readonly config: string | null;
  readonly node: NodeHints | null;
  readonly python: PythonHints | null;
  /** The `web` line of the Procfile; empty when there is none. */
  readonly procfile: string;
  readonly docker: DockerHints | null;
  readonly sources: readonly SourceHints[];
  /** The folder with an index.html; empty when there is none. */
  readonly pages: string;
  /** Programs that can be run here, among those that might be needed. */
  readonly programs: readonly string[];
  readonly [key: string]: string | boolean | null | Jsonable | readonly string[] | readonly Jsonable[];
}

export const folder = fact<FolderFact>('folder');
