import { isDeepStrictEqual } from 'node:util';
import { BytechatError } from '../../core/problem.ts';
import type { Entries, Named } from './kubeconfig.ts';
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, YAMLSeq } from './yaml.ts';

interface Merging {
  readonly entries: Entries;
  /** Makes it the current context. Whoever has none gets it in any case. */
  readonly use: boolean;
  /** For people. */
  readonly file: string;
}

/**
 * A kubeconfig with the entries of one cluster in it: what is there of these names is replaced, everything else stays as
 * it is written, comments included. The very same text, when nothing is to be changed. Pure.
 */
export const mergeKubeconfig = (text: string, { entries, use, file }: Merging): string => {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !(document.contents === null || isMap(document.contents)))
    throw unreadable(file, document.errors[0]?.message);
  const before: unknown = document.toJS();
  put(document, 'apiVersion', 'v1', false);
  put(document, 'kind', 'Config', false);
  for (const [list, entry] of Object.entries(entries) as [string, Named][]) putEntry(document, list, entry);
  put(document, 'current-context', entries.contexts.name, use);
  if (isDeepStrictEqual(before, document.toJS())) return text;
  // Nothing is wrapped: a certificate is one long line.
  return document.toString({ lineWidth: 0, indentSeq: false });
};

const put = (document: Document, key: string, value: string, always: boolean): void => {
  if (always || !document.get(key)) document.set(key, value);
};

const putEntry = (document: Document, list: string, entry: Named): void => {
  const found = document.get(list);
  const all = isSeq<YAMLMap>(found) ? found : new YAMLSeq<YAMLMap>();
  if (all !== found) document.set(list, all);
  // `[]` stands on one line; nothing that is in it would be read there.
  if (all.items.length === 0) all.flow = false;
  const node = document.createNode(entry) as YAMLMap;
  const at = all.items.findIndex(item => isMap(item) && item.get('name') === entry.name);
  if (at < 0) all.items.push(node);
  else if (!isDeepStrictEqual(all.items[at]?.toJS(document), entry)) all.items[at] = node;
};

const unreadable = (file: string, because = 'it is no map of clusters, users and contexts'): BytechatError =>
  new BytechatError({
    code: 'yaml-syntax',
    message: `${file} is no kubeconfig`,
    because: because.split('\n')[0] ?? because,
    fix: `correct it, or name another one: KUBECONFIG=~/.kube/google bytechat gke credentials`,
  });
