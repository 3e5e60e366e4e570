import { relative } from 'node:path';
import { need } from '../core/fact.ts';
import { source } from '../core/facts/source.ts';
import type { Check } from './check.ts';

export const inputsThere: Check = {
  id: 'inputs',
  title: 'What the app is made from is there',
  facts: [source.name],
  scope: 'preflight',
  targets: ['local'],
  examine({ root, file, app }, facts) {
    const key = app.build ? 'app.build.inputs' : 'app.files';
    return need(source, facts).missing.map(path => ({
      code: app.bundled ? ('not-built' as const) : ('missing-file' as const),
      message: `${relative(root, path) || path} is not there, and ${app.bundled ? 'the chat' : key} needs it`,
      ...(file && !app.bundled && { where: { file } }),
      fix: app.bundled ? 'npm ci' : `make it, or correct ${key}`,
    }));
  },
};
