import type { Config } from '../config/config.ts';
import { sourceSubject } from '../config/source.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { kept } from '../core/facts/kept.ts';
import { type SourceFact, source } from '../core/facts/source.ts';
import type { Step } from '../core/step.ts';
import { build } from '../tools/build.ts';
import { firstOf } from './first-of.ts';
import { releaseOf } from './release.ts';

/** Nothing, when the output is built from these inputs, or was released already. */
export const buildApp = (config: Config, facts: Facts, node: string): Step[] => {
  const now = need(source, facts);
  const released = need(kept, facts).releases.includes(releaseOf(config, facts));
  if (!config.app.build || now.built === now.hash || released) return [];
  const subject = sourceSubject(config);
  return [
    {
      id: 'build',
      title: `Build ${config.app.name}`,
      needs: [source.name],
      changes: [{ action: 'change', what: config.app.build.output, because: reason(now) }],
      actions: [
        build(config.app.build.command, config.app.root, node),
        call('files', 'stamp', { ...subject, planned: now.hash }),
      ],
    },
  ];
};

const reason = ({ built, changed }: SourceFact): string => {
  if (built === '' || changed.length === 0) return 'it was not built yet';
  return `${firstOf(changed)} changed`;
};
