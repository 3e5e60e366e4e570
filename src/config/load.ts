import type { Problem } from '../core/problem.ts';
import { complaints, contentOf } from './complaints.ts';
import { effective, unknownEnvironment } from './environment.ts';
import type { Origins } from './origin.ts';
import { originsOf } from './origins.ts';
import { sourceOf } from './places.ts';
import { Draft, Settings } from './schema.ts';
import { syntaxProblems } from './syntax.ts';

/** A file that was read, and where its values stand; or all problems that it has, each with its line and column. */
export type Loaded =
  | { readonly config: Settings; readonly origins: Origins }
  | { readonly problems: readonly Problem[] };

/**
 * Parses the text of a `bytechat.yaml` for one of its environments, or for none. Pure; an empty file is all defaults.
 * Every environment is checked, also those that were not asked for; only what was asked for must be complete.
 */
export const loadConfig = (text: string, file: string, environment?: string): Loaded => {
  const source = sourceOf(text, file);
  const broken = syntaxProblems(source);
  if (broken.length > 0) return { problems: broken };
  const root = effective(source, environment);
  const problems = [
    ...unknownEnvironment(source, environment),
    ...complaints({ schema: Draft, root: source.document.contents }, source),
    ...complaints({ schema: Settings, root }, source),
  ];
  if (problems.length > 0) return { problems: inOrder(problems, environment) };
  return { config: Settings.parse(contentOf(root, source) ?? {}), origins: originsOf(root, source, environment) };
};

/** Each once, from the top of the file to its end. What has no line is about the whole, and comes first. */
const inOrder = (problems: readonly Problem[], environment: string | undefined): Problem[] => {
  const seen = problems.map(problem => subjectOf(problem, environment));
  return problems
    .filter((_, index) => seen.indexOf(seen[index] ?? '') === index)
    .sort((a, b) => (a.where?.line ?? 0) - (b.where?.line ?? 0) || (a.where?.column ?? 0) - (b.where?.column ?? 0));
};

/** The same for two that say the same: of a key in an environment, and of what that environment comes to. */
const subjectOf = ({ code, message, where = { file: '' } }: Problem, environment: string | undefined): string => {
  const said = code === 'unknown-key' ? '' : message.replace(`environments.${environment}.`, '');
  return [code, where.line, where.column, said].join(' ');
};
