import { dirname } from 'node:path';
import type { Config } from './config.ts';

/** What the app is made from, and where the result lies. Prebuilt files are their own source. */
export interface AppSource {
  readonly root: string;
  readonly inputs: readonly string[];
  readonly command: readonly string[];
  readonly output: string;
}

export const sourceSubject = ({ app: { root, build, files } }: Pick<Config, 'app'>): AppSource =>
  build
    ? { root, inputs: build.inputs, command: build.command, output: build.output }
    : { root: dirname(files), inputs: [files], command: [], output: files };
