import { Document, isCollection, isMap, isScalar, type Pair, type YAMLMap } from 'yaml';
import { wrap } from '../../core/wrap.ts';
import { fileSchema, type JsonSchema } from '../json-schema.ts';
import type { Proposal } from './propose.ts';

/** The text of a `bytechat.yaml`, each key with what it is for. Without a proposal: one for the bundled chat. */
export const starterFile = (proposal: Proposal | undefined, target: string): string => {
  const document = new Document(proposal ? { app: proposal.app, target: proposal.target ?? target } : { target });
  const contents = document.contents as unknown as YAMLMap;
  const schema = fileSchema();
  explain(contents, schema, {});
  const app = contents.get('app');
  if (proposal && isMap(app)) explain(app, schema.properties?.app ?? {}, proposal.because);
  const text = document.toString({ flowCollectionPadding: false, lineWidth: 0 });
  return `${comment(proposal ? found(proposal) : NOTHING)}\n${text}\n${comment(later(proposal))}`;
};

/** Of a comment, with room for its indentation in 80 columns. */
const WIDTH = 74;

/** What each key is for, and where its value was found. A list of words stands on one line. */
const explain = (map: YAMLMap, { properties = {} }: JsonSchema, because: Proposal['because']): void => {
  for (const [index, pair] of map.items.entries()) {
    const name = nameOf(pair);
    const found = because[name] === undefined ? [] : wrap(`Here: ${because[name]}.`, WIDTH);
    const lines = [...wrap(`${properties[name]?.description ?? ''}.`, WIDTH), ...found];
    if (index > 0) Object.assign(pair.key as object, { spaceBefore: true });
    Object.assign(pair.key as object, { commentBefore: lines.map(line => ` ${line}`).join('\n') });
    flat(pair.value);
  }
};

const nameOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);

const flat = (node: unknown): void => {
  if (!isCollection(node)) return;
  if (!isMap(node) && node.items.every(isScalar)) node.flow = true;
  else for (const item of node.items) flat(isMap(node) ? (item as Pair).value : item);
};

const comment = (lines: readonly string[]): string => lines.map(line => `${`# ${line}`.trimEnd()}\n`).join('');

const found = ({ first }: Proposal): string[] => [
  'How bytechat deploys this folder. All keys: bytechat config docs',
  ...(first === undefined ? [] : [`Before the first deploy: ${first}`]),
];

const NOTHING = [
  'Nothing in this folder says how an app is started, so bytechat deploy deploys',
  'the chat that comes with it, and needs no file for that. For an app of your own:',
  '',
  'app:',
  '  name: my-app',
  '  files: .                      the folder to release',
  '  command: [node, server.js]    what serves, on the PORT that it is given',
  '  port: 3000',
  '',
  'All keys: bytechat config docs',
];

const later = (proposal: Proposal | undefined): string[] => [
  'What differs elsewhere, for bytechat deploy --env staging:',
  'environments:',
  '  staging:',
  proposal ? `    app: { port: ${proposal.app.port + 1} }` : '    keep: 2',
];
