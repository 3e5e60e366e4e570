import type { Action, Call, Command } from './action.ts';
import { isSecretRef, isValueRef, type Json, mapJson, type SecretRef, type ValueRef } from './json.ts';

/** What a person would type, with secrets and values to come by their names. */
export const display = (action: Action): string => {
  if (action.kind === 'command') return displayCommand(action);
  return action.runs ? displayCommand(action.runs) : displayCall(action);
};

const displayCall = (call: Call): string => `${call.api}.${call.method} ${JSON.stringify(requestOf(call))}`;

/** What is asked, with secrets and values to come by their names. */
export const requestOf = ({ request }: Call): Json => mapJson(request, name);

const displayCommand = ({ tool, args, env = {}, input }: Command): string =>
  [
    ...Object.entries(env).map(([key, value]) => `${key}=${word(value)}`),
    tool.file,
    ...args.map(word),
    ...(input === undefined ? [] : ['< stdin']),
  ].join(' ');

const name = (value: Json): Json => {
  if (isSecretRef(value)) return `[secret ${value.$secret}]`;
  return isValueRef(value) ? `[${value.$value}]` : value;
};

const word = (value: string | SecretRef | ValueRef): string =>
  typeof value === 'string' ? quote(value) : String(name(value as unknown as Json));

/** As a POSIX shell wants it. */
export const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
