import * as z from 'zod';
import { targetNames } from '../core/target.ts';
import { overlayOf } from './overlay-schema.ts';

const NAME = /^[a-z][a-z0-9-]{0,39}$/;
const PORTS = /^(\d{1,5})(?:-(\d{1,5}))?$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

const ports = z
  .union([
    z.int().meta({ minimum: 1, maximum: 65_535 }),
    z.string().regex(PORTS, 'Write one port, or a range such as 5001-5010'),
  ])
  .transform(value => {
    const [, from, to = from] = PORTS.exec(String(value)) ?? [];
    return { from: Number(from), to: Number(to) };
  })
  .superRefine(({ from, to }, context) => {
    for (const port of new Set([from, to])) {
      if (!isPort(port)) context.addIssue({ code: 'custom', message: `Port ${port} is not between 1 and 65535` });
    }
    if (from > to) context.addIssue({ code: 'custom', message: `The range ${from}-${to} runs backwards` });
  })
  .describe('The port to serve on, or a range whose first free port is taken');

const seconds = (what: string, byDefault: number) =>
  z.number().positive().max(3600).default(byDefault).describe(`${what}, in seconds`);

const words = z.array(z.string().min(1)).min(1);

const httpCheck = z
  .strictObject({
    http: z.string().startsWith('/').describe('A path that answers 2xx when the app is healthy'),
    timeout: seconds('How long one try may take', 5),
  })
  .describe('An HTTP request to the app');

const execCheck = z
  .strictObject({
    exec: words.describe('A program and its arguments, run in the release; {url} is the address of the app'),
    name: z.string().min(1).max(40).optional().describe('What it is called in reports; by default the program'),
    timeout: seconds('How long one try may take', 30),
  })
  .describe('A program that exits with 0 when the app is healthy');

const build = z
  .strictObject({
    command: words.describe('The program that builds the app, and its arguments, run in the project'),
    inputs: words.describe('Files and folders that the build reads: it runs again when their content changes'),
    output: z.string().min(1).describe('The folder that the build writes: it becomes the release'),
  })
  .describe('How the app is built from source; leave it out when output is prebuilt');

const app = z.strictObject({
  name: z
    .string()
    .regex(NAME, 'Use a-z, 0-9 and -, starting with a letter, at most 40')
    .describe('What the app is called'),
  build: build.optional(),
  files: z.string().min(1).optional().describe('The folder to release when there is nothing to build'),
  command: words.describe(
    'The program that serves, and its arguments, run in the release; node is the one in the release',
  ),
  port: ports.prefault('5001-5010'),
  host: z.string().min(1).default('127.0.0.1').describe('The address to listen on'),
  env: z
    .record(z.string().regex(VARIABLE, 'Use letters, digits and _'), z.string())
    .default({})
    .describe('Environment variables of the app'),
  secrets: z
    .array(z.string().regex(VARIABLE, 'Use letters, digits and _'))
    .default([])
    .describe(
      'Names of environment variables whose values are secret: they are read when the app starts, and never printed',
    ),
  handover: z
    .enum(['standby', 'socket', 'restart'])
    .default('restart')
    .describe(
      'How a new release takes over: standby proves itself first on STANDBY_SOCKET and takes the listening socket (LISTEN_FDS); socket takes it at its start; restart opens PORT by itself, with a gap that is told',
    ),
  drain: seconds('How long the old release may take to end in order', 20),
  health: z
    .array(z.union([httpCheck, execCheck]))
    .min(1)
    .default([{ http: '/', timeout: 5 }])
    .describe('What must hold before a release serves'),
});

/** What a project can be told, apart from its environments. */
/** Of the bundled chat, what people change; the rest is how it is made. */
const chat = z
  .strictObject({
    port: ports.optional(),
    host: z.string().min(1).optional().describe('The address to listen on'),
    env: app.shape.env.unwrap().optional().describe('Environment variables of the relay'),
    secrets: app.shape.secrets.unwrap().optional().describe('Names of secret environment variables of the relay'),
  })
  .describe('Settings of the bundled chat, which is deployed when there is no app');

export const Settings = z.strictObject({
  app: app.optional().describe('The app to deploy; without it, the bundled chat'),
  chat: chat.optional(),
  target: z.enum(targetNames).default('local').describe('Where to deploy when no --target is given'),
  health: z
    .strictObject({
      passes: z.int().min(1).max(20).default(3).describe('How often every check must pass in a row'),
      within: seconds('How long a release may take to become healthy', 60),
    })
    .prefault({})
    .describe('How health is judged'),
  keep: z.int().min(1).max(100).default(5).describe('How many releases to keep for a way back'),
});

const environments = z
  .record(
    z.string().regex(NAME, 'Use a-z, 0-9 and -, starting with a letter, at most 40'),
    overlayOf(Settings).describe('The keys that differ: mappings are merged, lists and single values replace'),
  )
  .optional()
  .describe('Variations of this file by name: --env <name> lays one over the keys beside it, with a state of its own');

/** How `bytechat.yaml` is written: the types, the validator and the documentation. */
export const ConfigFile = Settings.extend({ environments });

/** What must hold of every part of a file; complete is only what the chosen environment comes to. */
export const Draft = overlayOf(Settings).extend({ environments });

export type Settings = z.output<typeof Settings>;
export type ConfigFile = z.output<typeof ConfigFile>;
export type ChatFile = NonNullable<Settings['chat']>;
export type AppFile = NonNullable<Settings['app']>;
export type HealthCheck = AppFile['health'][number];
