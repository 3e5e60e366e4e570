import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { isGoogleRegistry, registryHost } from '../core/google.ts';
import { repositoryOf } from '../core/repository.ts';
import { explained, isOld, letsDockerIn } from '../steps/google-access.ts';
import { change } from './operation.ts';

export const login = change({
  summary: "let docker push to Google's registries, without a login that is kept",
  group: 'Parts',
  appless: true,
  options: z.strictObject({
    host: z
      .string()
      .regex(/^[a-z0-9.-]+(:\d+)?$/, 'Write a host, such as europe-west1-docker.pkg.dev')
      .optional()
      .describe('the host of the registry; by default that of gcp.region, and that of the image'),
  }),
  examples: [
    ['bytechat gcr login', 'docker asks bytechat for tokens'],
    ['bytechat gcr login --host eu.gcr.io', 'an old name, of Artifact Registry now'],
  ],
  checks: 'none',
  locks: false,
  facts: () => [],
  plan(config, _facts, { host }) {
    const hosts = host === undefined ? hostsOf(config) : [host];
    return { steps: [letsDockerIn(hosts)], notices: hosts.filter(isOld).map(explained) };
  },
});

const hostsOf = ({ gcp, app }: Config): string[] => {
  const named = repositoryOf(app.image?.repository ?? '')?.host ?? '';
  return [...new Set([registryHost(gcp.region), ...(isGoogleRegistry(named) ? [named] : [])])];
};
