import { UNKNOWN, type Value } from './msgpack.ts';
import type { Block, Member } from './schema.ts';

export type Values = { [name: string]: Value };

const isBlock = (member: Member): member is Exclude<Member, string> => typeof member !== 'string';

/** Every attribute of an object, and of the blocks in it, changed. */
export const mapValues = (
  values: Values,
  block: Block,
  change: (value: Value, name: string, kind: string) => Value,
): Values =>
  Object.fromEntries(
    Object.entries(block).map(([name, member]) => {
      const value = values[name] ?? null;
      if (!isBlock(member)) return [name, change(value, name, member)];
      const items = Array.isArray(value) ? value : [];
      return [name, items.map(item => mapValues(item as Values, member.of, change))];
    }),
  );

/** What Google fills in, or has alone, is not known before it is there. */
export const planned = (values: Values, block: Block): Values =>
  mapValues(values, block, (value, _name, kind) => (value === null && /[~=]$/.test(kind) ? UNKNOWN : value));

/** As it is once it was made: what was not known is made up. */
export const settled = (
  values: Values,
  block: Block,
  about: { readonly type: string; readonly project: string },
): Values =>
  mapValues(values, block, (value, name, kind) =>
    value === UNKNOWN ? madeUp(name, kind, { ...about, values }) : value,
  );

interface About {
  readonly type: string;
  readonly project: string;
  readonly values: Values;
}

const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '');

const madeUp = (name: string, kind: string, about: About): Value => {
  if (kind.startsWith('number')) return 1;
  if (kind.startsWith('bool')) return false;
  if (kind.startsWith('list')) return [];
  if (kind.startsWith('map')) return {};
  return KNOWN[name]?.(about) ?? `${name} of ${labelOf(about)}`;
};

const labelOf = ({ values }: About): string =>
  ['name', 'repository_id', 'account_id', 'display_name', 'service', 'role']
    .map(name => text(values[name]))
    .find(Boolean) ?? 'x';

const emailOf = ({ values, project }: About): string => `${text(values.account_id)}@${project}.iam.gserviceaccount.com`;

const KNOWN: Readonly<Record<string, (about: About) => string>> = {
  id: about => `projects/${text(about.values.project) || about.project}/${about.type}/${labelOf(about)}`,
  name: about => labelOf(about),
  project: ({ project }) => project,
  region: () => 'us-central1',
  email: emailOf,
  member: about => `serviceAccount:${emailOf(about)}`,
  number: () => '123456789012',
  address: () => '203.0.113.7',
};
