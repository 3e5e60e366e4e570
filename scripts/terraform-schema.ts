/**
 * What the stand-in of the tests knows of the provider hashicorp/google: for the resources that our templates use, which
 * names there are, of which type, required or not. Facts alone, no text. They are read from the types that CDKTF has
 * generated from the provider's schema; to make the file anew, in an empty folder:
 *
 *   npm install --ignore-scripts --legacy-peer-deps @cdktf/provider-google@16.12.1     (309 MB, provider 6.50.0)
 *   node scripts/terraform-schema.ts <that folder>/node_modules/@cdktf/provider-google
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { Block, Member, Schema } from '../test/stand-in/terraform/schema.ts';

const root = dirname(import.meta.dirname);

/** Every type that our templates name. */
const used = (kind: 'resource' | 'data'): string[] => {
  const files = readdirSync(join(root, 'templates/terraform'), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter(file => file.endsWith('.tf'))
    .map(file => readFileSync(join(root, 'templates/terraform', file), 'utf8'));
  const found = texts.flatMap(text =>
    [...text.matchAll(new RegExp(`^${kind} "(google_\\w+)"`, 'gm'))].map(([, type = '']) => type),
  );
  return [...new Set(found)].sort();
};

/** Optional ones that Google fills in: the types do not tell them apart. */
const FILLED_IN = ['id', 'project', 'region', 'zone', 'location', 'address', 'endpoint'];

const TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  'boolean | cdktf.IResolvable': 'bool',
  'cdktf.IResolvable': 'bool',
  'string[]': 'list(string)',
  'number[]': 'list(number)',
  '{ [key: string]: string; }': 'map(string)',
  'cdktf.StringMap': 'map(string)',
};

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

type Interfaces = ReadonlyMap<string, string>;

/** The bodies of all interfaces, or classes, by name. */
const bodies = (text: string, word: 'interface' | 'class'): Interfaces =>
  new Map(
    [...text.matchAll(new RegExp(`export (?:declare )?${word} (\\w+)[^{]*\\{\\n([\\s\\S]*?)\\n\\}`, 'g'))].map(
      ([, name = '', body = '']) => [name, body],
    ),
  );

const FIELD = /#(\w+) \w+#\w+\}[\s\S]*?readonly \w+(\??): ([^;]*(?:\{ *\[key: string\]: [^;]*; *\}[^;]*)?);/g;

const blockOf = (name: string, interfaces: Interfaces): Block => {
  const fields = [...(interfaces.get(name) ?? '').replaceAll(/\s*\n\s*/g, ' ').matchAll(FIELD)];
  return Object.fromEntries(
    fields.flatMap(([, field = '', mark, written = '']): [string, Member][] => {
      const type = written
        .replace(/^\{ *\[key.*$/, '{ [key: string]: string; }')
        .replace(/(\[\]) \| cdktf\.IResolvable$/, '$1');
      if (field === 'timeouts' || field === 'count' || field === 'for_each') return [];
      const known = TYPES[type];
      const need = mark === '?' ? (FILLED_IN.includes(field) ? '~' : '?') : '!';
      if (known !== undefined) return [[field, `${known}${need}`]];
      const many = type.endsWith('[]');
      const block = blockOf(type.replace(/\[\]$/, ''), interfaces);
      return [[field, { min: need === '!' ? 1 : 0, max: many ? 0 : 1, of: block }]];
    }),
  );
};

/** What only Google knows: it can be read in the resource's class, and not set. */
const computedIn = (body = ''): Block => {
  const all = [...body.matchAll(/^ {4}get (\w+)\(\): (.+);$/gm)].map(
    ([, name = '', type = '']) => [name, type] as const,
  );
  const set = new Set(
    [...body.matchAll(/^ {4}(?:set (\w+)\(|put(\w+)\()/gm)].map(([, a, b]) => (a ?? b ?? '').toLowerCase()),
  );
  return Object.fromEntries(
    all.flatMap(([name, type]) => {
      const known = TYPES[type];
      return known === undefined || set.has(name.toLowerCase()) || name.endsWith('Input')
        ? []
        : [[snake(name), `${known}=`]];
    }),
  );
};

const readType = (library: string, folder: string): Block => {
  const dir = join(library, 'lib', folder);
  const structs = join(dir, 'index-structs');
  const more = existsSync(structs)
    ? readdirSync(structs)
        .filter(name => /^structs\d+\.d\.ts$/.test(name))
        .map(name => join(structs, name))
    : [];
  const text = [join(dir, 'index.d.ts'), ...more].map(file => readFileSync(file, 'utf8')).join('\n');
  const main = /export interface (\w+)Config extends cdktf\.TerraformMetaArguments/.exec(text)?.[1];
  if (main === undefined) throw new Error(`${folder} has no configuration`);
  const block = blockOf(`${main}Config`, bodies(text, 'interface'));
  return { id: 'string~', ...computedIn(bodies(text, 'class').get(main)), ...block };
};

const [library] = process.argv.slice(2);
if (library === undefined) throw new Error('name the folder of @cdktf/provider-google');
const folderOf = (type: string): string => type.slice('google_'.length).replaceAll('_', '-');
const all = (types: readonly string[], prefix = ''): Record<string, Block> =>
  Object.fromEntries(types.map(type => [type, readType(library, `${prefix}${folderOf(type)}`)]));
const providerText = readFileSync(join(library, 'lib/provider/index.d.ts'), 'utf8');
const schema: Schema = {
  version: '6.50.0',
  provider: blockOf('GoogleProviderConfig', bodies(providerText, 'interface')),
  resources: all(used('resource')),
  data: all(used('data'), 'data-google-'),
};
const lines = (blocks: Readonly<Record<string, Block>>): string =>
  Object.entries(blocks)
    .map(([type, block]) => `    ${JSON.stringify(type)}: ${JSON.stringify(block)}`)
    .join(',\n');
const json = `{\n  "version": ${JSON.stringify(schema.version)},\n  "provider": ${JSON.stringify(schema.provider)},\n  "resources": {\n${lines(schema.resources)}\n  },\n  "data": {\n${lines(schema.data)}\n  }\n}\n`;
writeFileSync(join(root, 'test/stand-in/terraform/schema.json'), json);
