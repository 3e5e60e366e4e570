/** Stands in for vitest inside a bundle of tests: collects them, to be run one by one; expects with vitest's own means. */
import type { expect as Expect, vi as Vi } from 'vitest';

type Work = (...values: unknown[]) => unknown;

interface Collected {
  name: string;
  work: () => Promise<void>;
}

interface Hooks {
  before: Work[];
  after: Work[];
}

const { means } = globalThis as unknown as { means: { expect: typeof Expect; vi: typeof Vi } };
export const { expect, vi } = means;

/** In the order in which they stand. */
export const collected: Collected[] = [];
const within: string[] = [];
const hooks: Hooks = { before: [], after: [] };

export const beforeEach = (work: Work): void => void hooks.before.push(work);
export const afterEach = (work: Work): void => void hooks.after.push(work);

/** `more` are options, or the work itself. */
function add(name: string, more: Work | object, work?: Work): void {
  const does = typeof more === 'function' ? (more as Work) : work;
  if (!does) throw new TypeError(`${name} does nothing`);
  collected.push({ name: [...within, name].join(' > '), work: () => inOrder(does) });
}

async function inOrder(work: Work): Promise<void> {
  for (const hook of hooks.before) await hook();
  try {
    await work();
  } finally {
    for (const hook of hooks.after) await hook();
  }
}

function group(name: string, work: Work): void {
  within.push(name);
  work();
  within.pop();
}

const each =
  (to: (name: string, work: Work) => void) =>
  (cases: readonly unknown[]) =>
  (name: string, more: Work | object, work?: Work): void => {
    for (const one of cases) {
      const values = Array.isArray(one) ? one : [one];
      const does = (typeof more === 'function' ? more : work) as Work;
      to(named(name, values), () => does(...values));
    }
  };

/** `%s` and `%i` take a value each, `$field` one of the first. */
function named(name: string, values: readonly unknown[]): string {
  let at = 0;
  const filled = name.replaceAll(/%[si]/g, () => String(values[at++]));
  return filled.replaceAll(/\$(\w+)/g, (_, field) => String((values[0] as Record<string, unknown>)[field]));
}

const skipIf = (skip: boolean) => (skip ? () => undefined : group);

export const test = Object.assign(add, { each: each(add) });
export const describe = Object.assign(group, { each: each(group), skipIf });
