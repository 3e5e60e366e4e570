import { display } from '../../src/core/display.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import type { CallOptions, Client, Outcome, Runner, RunOptions } from '../../src/core/runner.ts';

type Reply = Partial<Outcome> | ((options: RunOptions) => Partial<Outcome> | Promise<Partial<Outcome>>);

export interface ScriptedRunner extends Runner {
  /** What was run, in order, as it is shown to people. */
  readonly ran: readonly string[];
}

/** A runner that answers command lines by how they begin, and refuses what its script does not have. */
export const scriptedRunner = (script: Readonly<Record<string, Reply>>): ScriptedRunner => {
  const ran: string[] = [];
  return {
    ran,
    async run(command, options = {}) {
      const line = display(command);
      ran.push(line);
      const reply = Object.entries(script).find(([start]) => line.startsWith(start))?.[1];
      if (!reply) throw new Error(`not in the script: ${line}`);
      const outcome = typeof reply === 'function' ? await reply(options) : reply;
      return { status: 'ok', exitCode: 0, stdout: '', stderr: '', ...outcome };
    },
  };
};

type Answer = Json | Error | ((request: JsonObject, options: CallOptions) => Json | undefined | Promise<Json>);

export interface ScriptedClients {
  readonly clients: Readonly<Record<string, Client>>;
  /** `api.method`, in order. */
  readonly called: readonly string[];
}

/** Clients that answer `api.method` with JSON, throw what is an error, and refuse what their script does not have. */
export const scriptedClients = (script: Readonly<Record<string, Answer>>): ScriptedClients => {
  const called: string[] = [];
  const answer: Client = async ({ api, method, request }, options) => {
    const name = `${api}.${method}`;
    called.push(name);
    if (!(name in script)) throw new Error(`not in the script: ${name}`);
    const reply = script[name];
    if (reply instanceof Error) throw reply;
    return typeof reply === 'function' ? reply(request, options) : reply;
  };
  const apis = new Set(Object.keys(script).map(name => name.split('.')[0] ?? ''));
  return { clients: Object.fromEntries([...apis].map(api => [api, answer])), called };
};
