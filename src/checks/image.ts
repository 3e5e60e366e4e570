import { join, relative } from 'node:path';
import { need } from '../core/fact.ts';
import { image } from '../core/facts/image.ts';
import { clusterTargets } from '../core/target.ts';
import type { Check } from './check.ts';

export const imageInputs: Check = {
  id: 'image',
  title: 'What the image is made from is there',
  facts: [image.name],
  scope: 'build',
  targets: ['docker', ...clusterTargets],
  examine: ({ root, file, app }, facts) =>
    need(image, facts).missing.map(path => ({
      code: app.bundled ? ('not-built' as const) : ('missing-file' as const),
      message: `${relative(root, path) || path} is not there, and the image needs it`,
      ...(file && !app.bundled && { where: { file } }),
      fix: app.bundled ? 'npm ci' : 'make it, or correct app.image',
    })),
};

/** What bytechat itself writes there would make every deploy another release; some builds do want their `.git`. */
export const imageRests: Check = {
  id: 'restless',
  title: 'The image is made of what people change, and nothing else',
  facts: [image.name],
  scope: 'build',
  targets: ['docker', ...clusterTargets],
  examine: ({ root, app, file }, facts) =>
    need(image, facts).restless.map(name => ({
      code: 'invalid-value',
      message: `${name} is part of what the image is built from`,
      because: `it changes by itself, so every deploy would make another image; and it does not belong into one`,
      ...(file && { where: { file } }),
      ...(name === '.git' && { level: 'warning' as const }),
      fix: `echo ${name} >> ${ignoreFileOf(app.image?.context ?? root, root)}`,
    })),
};

const ignoreFileOf = (context: string, root: string): string => join(relative(root, context), '.dockerignore');
