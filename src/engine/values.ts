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

const lookUp = ({ $value }: ValueRef, values: Values): Json => {
  const [name = '', ...path] = $value.split('.');
  const found = path.reduce<Json | undefined>(fieldOf, values.get(name));
  if (found === undefined) throw new Error(`nothing has saved a value ${$value}`);
  return found;
};

const fieldOf = (value: Json | undefined, key: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject)[key] : undefined;
