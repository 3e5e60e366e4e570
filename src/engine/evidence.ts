import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import type { PipelineEvent, StepResult } from '../core/report.ts';
import { writeWhole } from './files.ts';
import type { Redactor } from './redact.ts';

export interface Evidence {
  readonly plan: Plan;
  readonly failed: StepResult;
  readonly events: readonly PipelineEvent[];
  /** What was observed after the failure. */
  readonly facts: Json;
  readonly problem: Problem;
  /** What the place itself says about it: by file name. */
  readonly more?: { readonly [file: string]: Json };
}

/** Writes all that is known about a failure into a folder of its own, without a secret. Answers with the folder. */
export const writeEvidence = async (parent: string, evidence: Evidence, redactor: Redactor): Promise<string> => {
  const name = `${new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}-${evidence.failed.id}`;
  const folder = join(parent, name);
  await mkdir(folder, { recursive: true });
  const { events, plan, facts, problem, more = {} } = evidence;
  const files: Readonly<Record<string, string>> = {
    'problem.json': json(redactor.scrubJson(problem)),
    'plan.json': json(redactor.scrubJson(plan)),
    'facts.json': json(redactor.scrubJson(facts)),
    ...Object.fromEntries(Object.entries(more).map(([file, content]) => [file, json(redactor.scrubJson(content))])),
    'events.jsonl': events.map(event => JSON.stringify(redactor.scrubJson(event))).join('\n'),
  };
  for (const [file, text] of Object.entries(files)) await writeWhole(join(folder, file), `${text}\n`, 0o600);
  return folder;
};

const json = (value: unknown): string => JSON.stringify(value, null, 2);
