import { execFileSync, spawnSync } from 'node:child_process';
import process from 'node:process';
import { type Listener, Pipeline, type PipelineEvent } from '../../src/index.ts';
import { folderWith } from './folder.ts';

/** A real Terraform: what needs it is skipped without, and fails without when engines are required. */
export const withoutTerraform =
  spawnSync('terraform', ['version']).status !== 0 && process.env.BYTECHAT_TEST_ENGINES !== 'required';

/** Terraform by hand, to look at what was made. */
export const terraform = (dir: string, ...args: readonly string[]): string =>
  execFileSync('terraform', [`-chdir=${dir}`, ...args], { encoding: 'utf8' }).trim();

export interface TerraformProject {
  readonly root: string;
  readonly events: PipelineEvent[];
  readonly pipeline: Pipeline;
  /** Every line that was told so far. */
  lines(): string[];
}

/** A project whose folder `terraform` has these files; it goes with the test. */
export const terraformProject = (files: Readonly<Record<string, string>>, onEvent?: Listener): TerraformProject => {
  const root = folderWith(Object.fromEntries(Object.entries(files).map(([name, text]) => [`terraform/${name}`, text])));
  return { root, ...follow(root, onEvent) };
};

/** A pipeline in a folder, and all that it tells. */
export const follow = (root: string, onEvent: Listener = () => {}): Omit<TerraformProject, 'root'> => {
  const events: PipelineEvent[] = [];
  const pipeline = new Pipeline({
    projectRoot: root,
    onEvent(event) {
      events.push(event);
      onEvent(event);
    },
  });
  const lines = (): string[] => events.flatMap(event => (event.type === 'output' ? event.line : []));
  return { events, pipeline, lines };
};
