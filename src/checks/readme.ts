import { need } from '../core/fact.ts';
import { type Mention, readme } from '../core/facts/readme.ts';
import type { Place, Problem } from '../core/problem.ts';
import type { Check } from './check.ts';

/** `commands`: the first words of every subcommand that there is. */
export const readmeHolds = (commands: readonly string[]): Check => ({
  id: 'readme',
  title: 'What the README names is there',
  facts: [readme.name],
  scope: 'project',
  examine: (_config, facts) => need(readme, facts).flatMap(mention => problemOf(mention, commands)),
});

const problemOf = (mention: Mention, commands: readonly string[]): Problem[] => {
  const { kind, text, exists } = mention;
  const where = placeOf(mention);
  if (kind === 'command') {
    if (commands.includes(text)) return [];
    return [
      {
        code: 'unknown-command',
        message: `There is no bytechat ${text}`,
        where,
        allowed: commands,
        fix: 'correct the README',
      },
    ];
  }
  if (exists) return [];
  const message =
    kind === 'link' ? `${text} is linked and not there` : `npm run ${text} is named and not in package.json`;
  return [{ code: 'broken-link', message, where, fix: 'correct the README, or add what it promises' }];
};

const placeOf = ({ file, line, column, text, excerpt }: Mention): Place => ({
  file,
  line,
  column,
  length: text.length,
  excerpt: [{ line, text: excerpt }],
});
