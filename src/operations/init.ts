import { relative } from 'node:path';
import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { type Proposal, propose } from '../config/starter/propose.ts';
import { starterFile } from '../config/starter/write.ts';
import { call } from '../core/action.ts';
import { need } from '../core/fact.ts';
import { type FolderFact, folder } from '../core/facts/folder.ts';
import { BytechatError } from '../core/problem.ts';
import type { Step } from '../core/step.ts';
import { change } from './operation.ts';

export const init = change({
  summary: 'write a bytechat.yaml that fits this folder',
  group: 'Before',
  options: z.strictObject({
    force: z.boolean().default(false).describe('write it new when it is there already'),
  }),
  examples: [
    ['bytechat init --dry-run', 'what it would write'],
    ['bytechat init', 'then bytechat validate, and bytechat deploy'],
  ],
  standalone: true,
  checks: 'none',
  locks: false,
  facts: () => [folder.name],
  plan(config, facts, { force }) {
    const found = need(folder, facts);
    refuse(found, config, force);
    const proposal = propose(found);
    const text = starterFile(proposal, config.target);
    const steps = found.config === text ? [] : [write(config, { found, proposal, text })];
    const next = [...firstOf(proposal, found), 'bytechat validate', 'bytechat deploy'];
    return { app: proposal?.app.name ?? config.app.name, steps, next };
  },
});

/** What an image is made from must not hold what bytechat itself writes. */
const firstOf = (proposal: Proposal | undefined, { entries }: FolderFact): string[] => [
  ...(proposal?.first ? [proposal.first] : []),
  ...(proposal?.app.image && !entries.includes('.dockerignore') ? ['echo .bytechat >> .dockerignore'] : []),
];

const refuse = ({ exists, config: written }: FolderFact, config: Config, force: boolean): void => {
  if (!exists) {
    throw new BytechatError({
      code: 'missing-file',
      message: `There is no folder ${config.root}`,
      fix: 'correct --directory, or make the folder',
    });
  }
  if (written === null || force) return;
  throw new BytechatError({
    code: 'file-exists',
    message: `${shown(config)} is there already`,
    because: 'nothing is overwritten unasked. Nothing was changed',
    fix: 'bytechat init --force, or bytechat init --force --dry-run to see it first',
  });
};

const shown = ({ root, configFile }: Config): string => relative(root, configFile);

const BUNDLED = 'the bundled chat, no app found here';

interface Writing {
  readonly found: FolderFact;
  readonly proposal: Proposal | undefined;
  readonly text: string;
}

const write = (config: Config, { found, proposal, text }: Writing): Step => {
  const what = proposal ? `${proposal.what} on port ${proposal.app.port}` : BUNDLED;
  const before = found.config;
  const file = { path: config.configFile, text };
  return {
    id: 'write',
    title: `Write ${shown(config)}`,
    needs: [folder.name],
    changes: [{ action: before === null ? 'create' : 'change', what: `${shown(config)} for ${what}` }],
    actions: [call('files', 'write', { ...file, replace: before !== null, detail: `${shown(config)} for ${what}` })],
    undo: [call('files', 'unwrite', { ...file, before })],
  };
};
