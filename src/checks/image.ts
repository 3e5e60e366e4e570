import { relative } from 'node:path';
import { need } from '../core/fact.ts';
import { image } from '../core/facts/image.ts';
import type { Check } from './check.ts';

export const imageInputs: Check = {
  id: 'image',
  title: 'What the image is made from is there',
  facts: [image.name],
  scope: 'build',
  targets: ['docker'],
  examine: ({ root, file, app }, facts) =>
    need(image, facts).missing.map(path => ({
      code: app.bundled ? ('not-built' as const) : ('missing-file' as const),
      message: `${relative(root, path) || path} is not there, and the image needs it`,
      ...(file && !app.bundled && { where: { file } }),
      fix: app.bundled ? 'npm ci' : 'make it, or correct app.image',
    })),
};
