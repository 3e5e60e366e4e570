import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { imageOf } from '../config/containers.ts';
import { imageIn } from '../config/image.ts';
import { REPOSITORY } from '../config/schema/image.ts';
import { type Facts, need } from '../core/fact.ts';
import { containers } from '../core/facts/containers.ts';
import { docker } from '../core/facts/docker.ts';
import { git } from '../core/facts/git.ts';
import { type ImageFact, image } from '../core/facts/image.ts';
import { kept } from '../core/facts/kept.ts';
import { ports } from '../core/facts/ports.ts';
import { published, stored } from '../core/facts/registry.ts';
import { makeImage } from '../steps/image.ts';
import { pushImage, storeOf } from '../steps/registry.ts';
import { endTrial, trialUrl, tryImage } from '../steps/trial.ts';
import { change } from './operation.ts';

const IMAGE = [git, docker, image].map(({ name }) => name);

const explain = z.boolean().default(false).describe('say which inputs have changed since the last build here');

const named = (config: Config, facts: Facts) => {
  const { tag } = need(image, facts);
  return { release: tag, result: imageOf(config, tag) };
};

/** All that is known, in lines for people. */
const explanation = ({ here, there, changed, files }: ImageFact): string[] => {
  const state = here ? 'The image is here' : there ? 'Its registry has the image' : 'Nobody has built these inputs yet';
  if (changed.length > 0) return [`${state}; since the last build:`, ...changed];
  return [`${state}: ${files} ${files === 1 ? 'file' : 'files'}, as at the last build here`];
};

/** The same app, whose image has another name. */
const called = (config: Config, repository: string): Config => ({
  ...config,
  app: { ...config.app, image: { ...imageIn(config), repository } },
});

const explained = (facts: Facts, wanted: boolean) => (wanted ? { notices: explanation(need(image, facts)) } : {});

export const build = change({
  summary: 'build the image of what the sources are now',
  group: 'Parts',
  target: 'docker',
  options: z.strictObject({
    explain,
    repository: z
      .string()
      .regex(REPOSITORY, 'Write it as shop or registry.example.org/team/shop, in lower case, without a tag')
      .optional()
      .describe('what the image is called before its tag; by default app.image.repository'),
  }),
  examples: [
    ['bytechat docker build', 'prints its name; not built twice'],
    ['bytechat docker build --explain', 'and which inputs have changed'],
  ],
  checks: 'build',
  configure: (config, { repository }) => (repository === undefined ? config : called(config, repository)),
  locks: true,
  facts: () => IMAGE,
  plan: (config, facts, options) => ({
    steps: makeImage(config, facts),
    ...named(config, facts),
    ...explained(facts, options.explain),
  }),
});

export const push = change({
  summary: 'build the image, and send it to its registry',
  group: 'Parts',
  target: 'docker',
  options: z.strictObject({ explain }),
  examples: [['bytechat docker push', 'prints the name with its digest']],
  checks: 'build',
  locks: true,
  facts: config => {
    storeOf(config);
    return [...IMAGE, published.name, stored.name];
  },
  plan(config, facts, options) {
    const { tag } = need(image, facts);
    const send = pushImage(config, facts, tag);
    const steps = send.length === 0 ? [] : [...makeImage(config, facts), ...send];
    const digest = need(stored, facts);
    const known = digest === '' ? {} : { result: `${storeOf(config).image}@${digest}` };
    return { steps, ...named(config, facts), ...known, ...explained(facts, options.explain) };
  },
});

export const run = change({
  summary: 'try the image: one container, its data gone when it ends',
  group: 'Parts',
  target: 'docker',
  options: z.strictObject({}),
  examples: [['bytechat docker run', 'builds what changed, and prints the address']],
  checks: 'preflight',
  locks: true,
  facts: () => [...IMAGE, containers.name, ports.name, kept.name],
  plan: (config, facts) => ({
    steps: tryImage(config, facts),
    release: need(image, facts).tag,
    result: trialUrl(config, facts),
  }),
});

export const stop = change({
  summary: 'end what docker run has started',
  group: 'Parts',
  target: 'docker',
  options: z.strictObject({}),
  examples: [['bytechat docker stop', 'with all that it has kept']],
  checks: 'reach',
  locks: true,
  facts: () => [containers.name],
  plan: (config, facts) => ({ steps: endTrial(config, facts) }),
});
