import type { Json } from './json.ts';

/** What is true out there now, by name. Collected read-only, before anything is decided. */
export type Facts = Readonly<Record<string, Json | undefined>>;

/** The name of one fact, and its shape. */
export interface Fact<Shape> {
  readonly name: string;
  /** The fact, or undefined when it was not collected. */
  of(facts: Facts): Shape | undefined;
}

/** Declares a fact. The shape is a promise of whoever observes it: facts come from our own observers only. */
export const fact = <Shape>(name: string): Fact<Shape> => ({
  name,
  of: facts => facts[name] as Shape | undefined,
});

/** The fact, which must have been collected: a plan that needs it names it. */
export const need = <Shape>(which: Fact<Shape>, facts: Facts): Shape => {
  const found = which.of(facts);
  if (found === undefined) throw new Error(`the fact ${which.name} was not collected`);
  return found;
};
