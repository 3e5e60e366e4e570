import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { need } from '../core/fact.ts';
import { docker } from '../core/facts/docker.ts';
import { image } from '../core/facts/image.ts';
import { inUse, published, recorded, registry } from '../core/facts/registry.ts';
import { serving } from '../core/facts/serving.ts';
import type { Json } from '../core/json.ts';
import { BytechatError } from '../core/problem.ts';
import type { Login } from '../core/repository.ts';
import { pruneTags } from '../steps/prune.ts';
import { logIn, pushImage, releaseToPush, storeOf } from '../steps/registry.ts';
import { change, question } from './operation.ts';

/** Where the password is, when nobody says it otherwise. */
const PASSWORD = 'BYTECHAT_REGISTRY_PASSWORD';

export const login = change({
  summary: 'log in where the images are kept, as Docker does',
  group: 'Parts',
  options: z.strictObject({
    username: z.string().min(1).optional().describe('who logs in; by default registry.username'),
    passwordEnv: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'Name an environment variable')
      .optional()
      .describe(`the variable that holds the password; by default that of the file, or ${PASSWORD}`),
  }),
  examples: [
    ['bytechat registry login', 'as the file says'],
    ['bytechat registry login --username ci --password-stdin', 'from a pipe, or typed'],
  ],
  checks: 'none',
  locks: false,
  facts: () => [],
  plan: (config, _facts, options) => ({ steps: logIn(config, whoIn(config, options)) }),
});

interface Named {
  readonly username?: string | undefined;
  readonly passwordEnv?: string | undefined;
}

/** Another name has another password: that of the file is not sent for it. */
const whoIn = ({ registry: written }: Config, { username, passwordEnv }: Named): Login => {
  const same = username === undefined || username === written?.username;
  const password = passwordEnv ?? (same ? written?.password : undefined) ?? PASSWORD;
  const name = username ?? written?.username;
  if (name !== undefined) return { username: name, password };
  throw new BytechatError({
    code: 'missing-value',
    message: 'Nobody is named who logs in',
    fix: 'add registry.username and registry.password to the file, or bytechat registry login --username <name> --password-stdin',
  });
};

export const list = question({
  summary: 'what the registry has: tags, digests, sizes, age',
  group: 'Parts',
  options: z.strictObject({}),
  examples: [
    ['bytechat registry list', 'and which of them are releases of here'],
    ['bytechat registry list --json', 'every field of every tag'],
  ],
  checks: 'none',
  facts: config => {
    storeOf(config);
    return [registry.name, recorded.name, serving.name];
  },
  answer(config, facts) {
    const tags = need(registry, facts) ?? [];
    const releases = need(recorded, facts);
    const now = need(serving, facts).release;
    const rows = tags.map(tag => ({ ...tag, serves: tag.tag === now, recorded: releases.includes(tag.tag) }));
    return { ok: true, data: { repository: storeOf(config).image, tags: rows as unknown as Json } };
  },
});

export const push = change({
  summary: 'push the image of a release',
  group: 'Parts',
  options: z.strictObject({
    release: z
      .string()
      .min(1)
      .optional()
      .describe('the release, or how its name begins; by default what a deploy would build now'),
  }),
  examples: [
    ['bytechat registry push', 'what the sources are now'],
    ['bytechat registry push --release 7d0f3a', 'an earlier one of bytechat history'],
  ],
  checks: 'none',
  locks: true,
  facts: config => {
    storeOf(config);
    return [docker.name, image.name, recorded.name, published.name];
  },
  plan(config, facts, { release: named }) {
    const release = releaseToPush(config, facts, named);
    return { steps: pushImage(config, facts, release), release };
  },
});

export const prune = change({
  summary: 'delete images that nothing uses from the registry',
  group: 'Parts',
  options: z.strictObject({
    keep: z
      .int()
      .min(0)
      .max(1000)
      .optional()
      .describe('how many of the newest stay anyway; by default keep of the file'),
  }),
  examples: [
    ['bytechat registry prune --dry-run', 'what would be deleted'],
    ['bytechat registry prune --keep 20 --yes', 'asks nothing'],
  ],
  checks: 'none',
  locks: true,
  facts: config => {
    storeOf(config);
    return [registry.name, recorded.name, inUse.name, docker.name, serving.name];
  },
  plan: (config, facts, { keep = config.keep }) => ({ steps: pruneTags(config, facts, keep) }),
  confirm: ({ app: { name } }) => ({ word: name, question: `Type ${name} to delete them` }),
});
