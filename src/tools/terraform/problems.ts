import { relative, resolve } from 'node:path';
import type { Code, Place, Problem } from '../../core/problem.ts';
import { type Folder, unlockCommand } from '../terraform.ts';
import { lockedBy } from './lock.ts';
import type { Diagnostic } from './messages.ts';

/** Where a diagnostic comes from. */
export interface Origin extends Pick<Folder, 'dir'> {
  /** What paths are shown relative to; absolute. */
  readonly root: string;
}

interface Kind {
  /** Of the summary and the detail, ignoring case. */
  readonly when: RegExp;
  readonly code: Code;
  readonly fix?: (origin: Origin) => string;
}

const again =
  (verb: string) =>
  ({ dir, root }: Origin): string =>
    `bytechat terraform ${verb} --dir ${shown(dir, root)}`;

/** What Terraform says, by what it calls it. The first that fits counts. */
const KINDS: readonly Kind[] = [
  {
    when: /saved plan is stale|saved plan does not match|plan file .*different (state|lineage)/i,
    code: 'facts-moved',
    fix: again('plan --out <file>'),
  },
  {
    when: /failed to load .*plan file|not a valid plan file|failed to read plan/i,
    code: 'bad-plan',
    fix: again('plan --out <file>'),
  },
  {
    when: /error (releasing|unlocking) the state lock|error releasing/i,
    code: 'lock-lost',
    fix: ({ dir, root }) =>
      `look who has unlocked it and what they did, then bytechat terraform plan --dir ${shown(dir, root)}`,
  },
  {
    when: /backend initialization required|required plugins are not installed|inconsistent dependency lock file|module not installed|missing required provider|module source has changed|could not load plugin/i,
    code: 'not-initialized',
    fix: again('init'),
  },
  {
    when: /error(ed)?:? (code )?403|\b403\b.*forbidden|permission.?denied|does not have .*permission|accessdenied/i,
    code: 'no-permission',
    fix: () => 'ask its administrator for the role that it names',
  },
  {
    when: /no value for required variable|value for undeclared variable|missing required argument/i,
    code: 'missing-value',
    fix: () => 'say it with --var name=value or --var-file; a secret with TF_VAR_<name> in the environment',
  },
  { when: /unsupported argument|unsupported block type|invalid resource type/i, code: 'unknown-key' },
  {
    when: /failed to query available provider packages|failed to install provider|could not connect to registry/i,
    code: 'command-failed',
    fix: () => 'reach registry.terraform.io, or name a mirror (provider_installation) in the CLI configuration',
  },
];

/** What an error of Terraform means to the user. One that is about an object out there is not about a file. */
export const problemOf = (diagnostic: Diagnostic, origin: Origin): Problem => {
  const lock = lockedBy(diagnostic);
  if (lock) return lockProblem(lock, origin);
  const { summary, detail = '', address, severity } = diagnostic;
  const kind = KINDS.find(({ when }) => when.test(`${summary}\n${detail}`));
  const because = oneLine(detail).replace(/\.$/, '');
  const where = placeOf(diagnostic, origin);
  const fix = kind?.fix?.(origin) ?? (where && !address ? 'correct it at the place that is shown' : undefined);
  return {
    code: kind?.code ?? (address ? 'resource-failed' : where ? 'invalid-value' : 'command-failed'),
    message: `${address ? `${address}: ` : ''}${oneLine(summary)}`.replace(/\.$/, ''),
    ...(because !== '' && { because }),
    ...(where && { where }),
    ...(fix !== undefined && { fix }),
    ...(severity === 'warning' && { level: 'warning' }),
  };
};

const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');

const lockProblem = (
  { id, who, since, operation, path }: NonNullable<ReturnType<typeof lockedBy>>,
  origin: Origin,
): Problem => ({
  code: 'locked',
  message: `${who} holds the lock of this state, since ${since}`,
  because: `${operation === '' ? 'Terraform' : operation} has not given it back${path === '' ? '' : `; the state is ${path}`}`,
  fix: `wait for it; only when that run is dead: ${unlockCommand({ dir: shown(origin.dir, origin.root) }, id)}`,
});

/** As a person in the project would write it. */
export const shown = (path: string, root: string): string => {
  const short = relative(root, path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
};

const placeOf = ({ range, snippet }: Diagnostic, { dir, root }: Origin): Place | undefined => {
  if (!range) return undefined;
  const { start, end } = range;
  const length = end.line === start.line ? end.column - start.column : 0;
  const excerpt = snippet?.code.split('\n').map((text, index) => ({ line: snippet.start_line + index, text })) ?? [];
  return {
    file: shown(resolve(dir, range.filename), root),
    line: start.line,
    column: start.column,
    ...(length > 0 && { length }),
    // A block may be long: what is at fault stands in its first line.
    ...(excerpt.length > 0 && { excerpt: excerpt.slice(0, 1) }),
  };
};
