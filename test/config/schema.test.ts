import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fileSchema, type JsonSchema } from '../../src/config/json-schema.ts';
import { keysOf } from '../../src/config/keys.ts';
import { loadConfig } from '../../src/config/load.ts';
import { keysAsMarkdown } from '../../src/reports/keys.ts';

interface Part {
  readonly path: string;
  readonly schema: JsonSchema;
}

/** Every part of a schema, the deepest too. */
const partsOf = (schema: JsonSchema, path = ''): Part[] => [
  { path, schema },
  ...Object.entries(schema.properties ?? {}).flatMap(([key, value]) => partsOf(value, `${path}.${key}`)),
  ...[...(schema.anyOf ?? []), ...(schema.items?.anyOf ?? [])].flatMap(each => partsOf(each, `${path}[]`)),
  ...(schema.additionalProperties ? partsOf(schema.additionalProperties, `${path}.*`) : []),
];

const parts = partsOf(fileSchema());
const overlay = parts.filter(({ path }) => path.startsWith('.environments.*'));

describe('the JSON Schema', () => {
  test('is of the draft that editors know', () => {
    expect(fileSchema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'bytechat.yaml',
      properties: {
        target: { enum: ['local', 'docker', 'kubernetes', 'gcp'], default: 'local' },
        app: { required: ['name'] },
      },
    });
  });

  test('refuses unknown keys wherever the validator does', () => {
    const mappings = parts.filter(({ schema }) => schema.properties);
    expect(mappings.length).toBeGreaterThan(8);
    for (const { schema } of mappings) expect(schema.additionalProperties).toBe(false);
  });

  test('describes every key', () => {
    const keys = parts.filter(({ path }) => /\.\w+$/.test(path));
    expect(keys.length).toBeGreaterThan(40);
    expect(keys.filter(({ schema }) => (schema.description ?? '') === '').map(({ path }) => path)).toEqual([]);
  });

  test('names the ports that there are', () => {
    const port = parts.find(({ path }) => path === '.app.port')?.schema;
    expect(port).toMatchObject({ default: '5001-5010', anyOf: [{ minimum: 1, maximum: 65_535 }, { type: 'string' }] });
  });

  test('asks an environment for nothing, and fills nothing in, outside of lists', () => {
    const keys = ['.app', '.app.build.command', '.app.port', '.target', '.health.passes', '.keep'];
    expect(overlay.map(({ path }) => path)).toEqual(expect.arrayContaining(keys.map(key => `.environments.*${key}`)));
    const outside = overlay.filter(({ path }) => !path.includes('[]'));
    expect(outside.filter(({ schema }) => schema.required || schema.default !== undefined)).toEqual([]);
  });

  test('has its defaults from the validator', () => {
    const loaded = loadConfig('app: { name: a, files: b, command: [c] }', 'bytechat.yaml');
    if ('problems' in loaded) throw new Error('it has problems');
    for (const { path, schema } of parts.filter(({ schema }) => typeof schema.default === 'number')) {
      if (path.includes('[]') || path.includes('*')) continue;
      const value = path
        .slice(1)
        .split('.')
        .reduce<unknown>((found, key) => Reflect.get(Object(found), key), loaded.config);
      expect([path, value]).toEqual([path, schema.default]);
    }
  });
});

describe('docs/configuration.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');

  test('is what bytechat config docs prints', () => {
    expect(page).toBe(`${keysAsMarkdown(keysOf())}\n`);
  });

  test('has a line for every key', () => {
    const rows = page.split('\n').filter(line => line.startsWith('| `'));
    expect(rows.length).toBe(keysOf().length);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    expect(page).toContain('| `keep` | whole number, 1 to 100 | `5` | How many releases to keep for a way back |');
    expect(page).toContain('| `app.name` | text | required | What the app is called |');
    expect(page).toContain('| `environments.<name>` | any of the keys above | |');
  });

  test('shows an environment that does what the page says', () => {
    const example = /```yaml\n(app:[\s\S]*?)```/.exec(page)?.[1] ?? '';
    expect(Object.keys(parse(example) as object)).toEqual(['app', 'environments']);
    const loaded = loadConfig(example, 'bytechat.yaml', 'staging');
    expect(loaded).toMatchObject({
      config: { app: { port: { from: 3001, to: 3001 }, env: { LOG: 'debug', THEME: 'light' } } },
    });
  });
});
