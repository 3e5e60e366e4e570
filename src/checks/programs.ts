import { need } from '../core/fact.ts';
import { programs } from '../core/facts/programs.ts';
import type { Check } from './check.ts';

export const programsThere: Check = {
  id: 'programs',
  title: 'Every program that is named can be run',
  facts: [programs.name],
  scope: 'preflight',
  targets: ['local'],
  examine: ({ file }, facts) =>
    need(programs, facts)
      .filter(program => program.file === '')
      .map(({ key, word }) => ({
        code: 'tool-missing',
        message: `${word} is not installed, and ${key} runs it`,
        ...(file && { where: { file } }),
        fix: `install ${word}, make it executable, or correct ${key}`,
      })),
};
