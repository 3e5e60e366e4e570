import * as z from 'zod';
import { targetNames } from '../core/target.ts';
import { overlayOf } from './overlay-schema.ts';
import { gcp } from './schema/gcp.ts';
import { execCheck, httpCheck } from './schema/health.ts';
import { container, image, registry } from './schema/image.ts';
import { kubernetes } from './schema/kubernetes.ts';
import { NAME, NAME_ERROR, ports, seconds, VARIABLE, VARIABLE_ERROR, words } from './schema/values.ts';

const build = z
  .strictObject({
    command: words.describe('The program that builds the app, and its arguments, run in the project'),
    inputs: words.describe('Files and folders that the build reads: it runs again when their content changes'),
    output: z.string().min(1).describe('The folder that the build writes: it becomes the release'),
  })
  .describe('How the app is built from source; leave it out when output is prebuilt');

const app = z.strictObject({
  name: z.string().regex(NAME, NAME_ERROR).describe('What the app is called'),
  build: build.optional(),
  files: z.string().min(1).optional().describe('The folder to release when there is nothing to build'),
  command: words
    .optional()
    .describe('The program that serves, and its arguments, run in the release; node is the one in the release'),
  image: image.optional(),
  container: container.prefault({}),
  port: ports.prefault('5001-5010'),
  host: z.string().min(1).default('127.0.0.1').describe('The address to listen on'),
  env: z
    .record(z.string().regex(VARIABLE, VARIABLE_ERROR), z.string())
    .default({})
    .describe('Environment variables of the app'),
  secrets: z
    .array(z.string().regex(VARIABLE, VARIABLE_ERROR))
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
    repository: image.shape.repository.describe('Where docker push sends its image'),
  })
  .describe('Settings of the bundled chat, which is deployed when there is no app');

export const Settings = z.strictObject({
  app: app.optional().describe('The app to deploy; without it, the bundled chat'),
  chat: chat.optional(),
  target: z.enum(targetNames).default('local').describe('Where to deploy when no --target is given'),
  registry: registry.optional(),
  kubernetes: kubernetes.prefault({}),
  gcp: gcp.prefault({}),
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
    z.string().regex(NAME, NAME_ERROR),
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
export type ImageFile = NonNullable<AppFile['image']>;
export type ContainerFile = AppFile['container'];
export type GcpFile = Settings['gcp'];
export type KubernetesFile = Settings['kubernetes'];
export type HealthCheck = AppFile['health'][number];
