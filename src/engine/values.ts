import type { Action } from '../core/action.ts';
import { isValueRef, type Json, type JsonObject, mapJson, type ValueRef } from '../core/json.ts';

/** What earlier actions of a run have answered, by name. */
export type Values = ReadonlyMap<string, Json>;

/** The action with every `{ $value }` replaced by what is known now. */
export const fill = <Wanted extends Action>(action: Wanted, values: Values): Wanted => {
  const { tool, ...rest } = action as Wanted & { tool?: unknown };
  const filled = mapJson(rest as unknown as Json, value => (isValueRef(value) ? lookUp(value, values) : value));
  return { ...(filled as object), ...(tool !== undefined && { tool }) } as unknown as Wanted;
};

/** The same for any JSON; what was never answered stays as it is. */
export const fillKnown = <Wanted extends Json>(json: Wanted, values: Values): Wanted =>
  mapJson(json, value => (isValueRef(value) ? (find(value, values) ?? value) : value)) as Wanted;

/** False when the action refers to what was never answered: then what it puts back never came to be. */
export const canFill = (action: Action, values: Values): boolean => {
  let known = true;
  mapJson(action as unknown as Json, value => {
    if (isValueRef(value) && find(value, values) === undefined) known = false;
    return value;
  });
  return known;
};

const lookUp = (ref: ValueRef, values: Values): Json => {
  const found = find(ref, values);
  if (found === undefined) throw new Error(`nothing has saved a value ${ref.$value}`);
  return found;
};

const find = ({ $value }: ValueRef, values: Values): Json | undefined => {
  const [name = '', ...path] = $value.split('.');
  return path.reduce<Json | undefined>(fieldOf, values.get(name));
};

const fieldOf = (value: Json | undefined, key: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject)[key] : undefined;
