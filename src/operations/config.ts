import * as z from 'zod';
import { fileSchema } from '../config/json-schema.ts';
import { keysOf } from '../config/keys.ts';
import { settingsOf } from '../config/settings.ts';
import type { Json } from '../core/json.ts';
import { question } from './operation.ts';

export const show = question({
  summary: 'every value that counts, and where it comes from',
  group: 'Before',
  options: z.strictObject({}),
  examples: [
    ['bytechat config show', 'defaults, file and options as one'],
    ['bytechat config show --env staging', 'the same for an environment'],
  ],
  checks: 'none',
  facts: () => [],
  answer: config => ({
    ok: true,
    data: {
      ...(config.file !== undefined && { file: config.file }),
      ...(config.environment !== undefined && { environment: config.environment }),
      settings: settingsOf(config) as unknown as Json,
    },
  }),
});

export const schema = question({
  summary: 'the JSON Schema of bytechat.yaml, for editors',
  group: 'Before',
  options: z.strictObject({}),
  examples: [
    ['bytechat config schema > bytechat.schema.json', 'write it beside the file'],
    ['# yaml-language-server: $schema=bytechat.schema.json', 'the first line there'],
  ],
  standalone: true,
  checks: 'none',
  facts: () => [],
  answer: () => ({ ok: true, data: fileSchema() as unknown as Json }),
});

export const docs = question({
  summary: 'all keys of bytechat.yaml, as Markdown',
  group: 'Before',
  options: z.strictObject({}),
  examples: [['bytechat config docs | less', 'key, type, default, what for']],
  standalone: true,
  checks: 'none',
  facts: () => [],
  answer: () => ({ ok: true, data: { keys: keysOf() as unknown as Json } }),
});
