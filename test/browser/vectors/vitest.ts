/** As much of vitest as the vectors tests use, for a page: collects the tests, and runs them one after the other. */

export interface Result {
  name: string;
  /** Undefined when it passed. */
  error: string | undefined;
}

type Work = () => unknown;

const tests: { name: string; work: Work }[] = [];
const within: string[] = [];

export function test(name: string, work: Work): void {
  tests.push({ name: [...within, name].join(' > '), work });
}

export function describe(name: string, work: Work): void {
  within.push(name);
  work();
  within.pop();
}

test.each = each(test);
describe.each = each(describe);
describe.skipIf = (skip: boolean) => (skip ? () => undefined : describe);

function each(add: (name: string, work: Work) => void) {
  return <T>(cases: readonly T[]) =>
    (name: string, work: (one: T) => unknown): void => {
      for (const one of cases) add(named(name, one), () => work(one));
    };
}

const named = (name: string, one: unknown): string =>
  name.replace('%s', String(one)).replaceAll(/\$(\w+)/g, (_, key) => String((one as Record<string, unknown>)[key]));

export async function run(): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, work } of tests) results.push({ name, error: await errorOf(work) });
  return results;
}

async function errorOf(work: Work): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

const must = (holds: boolean, what: string, value: unknown): void => {
  if (!holds) throw new Error(`expected ${JSON.stringify(value)} ${what}`);
};

export const expect = (value: unknown) => ({
  toBe: (other: unknown) => must(Object.is(value, other), `to be ${JSON.stringify(other)}`, value),
  toEqual: (other: unknown) => must(equal(value, other), `to equal ${JSON.stringify(other)}`, value),
  toMatchObject: (other: object) => must(matches(value, other), `to match ${JSON.stringify(other)}`, value),
  toHaveLength: (length: number) => must((value as unknown[]).length === length, `to have length ${length}`, value),
  toBeGreaterThan: (least: number) => must((value as number) > least, `to be greater than ${least}`, value),
  rejects: {
    toThrow: async (type: new (...args: never[]) => Error = Error) => {
      const error = await reasonOf(value);
      must(error instanceof type, `to be rejected with ${type.name}`, String(error));
    },
    toMatchObject: async (other: object) => {
      const error = await reasonOf(value);
      must(matches(error, other), `to be rejected with ${JSON.stringify(other)}`, String(error));
    },
  },
});

const reasonOf = (promise: unknown): Promise<unknown> =>
  (promise as Promise<unknown>).then(
    () => undefined,
    error => error,
  );

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const keysOf = (value: Record<string, unknown>): string[] => Object.keys(value).filter(key => value[key] !== undefined);

function equal(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b) || a instanceof Uint8Array !== b instanceof Uint8Array) return false;
  return keysOf(a).length === keysOf(b).length && keysOf(a).every(key => equal(a[key], b[key]));
}

/** Everything of `b` is in `a`. */
const matches = (a: unknown, b: object): boolean =>
  isObject(a) && Object.entries(b).every(([key, value]) => equal(a[key], value));
