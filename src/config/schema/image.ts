import * as z from 'zod';
import { NAME, NAME_ERROR, path, VARIABLE, VARIABLE_ERROR, words } from './values.ts';

export const REPOSITORY = /^([a-z0-9.-]+(:\d{1,5})?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

export const image = z
  .strictObject({
    dockerfile: z.string().min(1).default('Dockerfile').describe('The Dockerfile'),
    context: z.string().min(1).default('.').describe('The folder that the build sees, as .dockerignore leaves it'),
    stage: z.string().min(1).optional().describe('The stage to build; by default the last'),
    args: z.record(z.string().regex(VARIABLE, VARIABLE_ERROR), z.string()).default({}).describe('Build arguments'),
    secrets: z
      .array(z.string().regex(VARIABLE, VARIABLE_ERROR))
      .default([])
      .describe(
        'Names of environment variables that the build may mount (RUN --mount=type=secret,id=NAME); part of no layer and no tag',
      ),
    platform: z
      .string()
      .regex(/^\w+\/\w+(\/\w+)?$/, 'Write it as linux/amd64')
      .optional()
      .describe('What to build for; by default what the Docker daemon runs on'),
    repository: z
      .string()
      .regex(REPOSITORY, 'Write it as registry.example.org/team/shop, in lower case, without a tag')
      .optional()
      .describe('Where docker push sends it, and where a build that exists is taken from'),
  })
  .describe('How the app becomes an image');

export const container = z
  .strictObject({
    port: z
      .int()
      .min(1)
      .max(65_535)
      .default(8080)
      .describe('The port that the app listens on inside, handed to it as PORT'),
    command: words.optional().describe('Instead of the command of the image'),
    data: path('Where the data volume is mounted, handed to the app as DATA_DIR').default('/data'),
    volumes: z
      .record(z.string().regex(NAME, NAME_ERROR), path('A folder in the container'))
      .default({})
      .describe('More volumes: a name, and where it is mounted'),
    stateless: z
      .boolean()
      .default(false)
      .describe('The app keeps no data, so a new release may run beside the old one whatever app.handover says'),
    writable: z.boolean().default(false).describe('Whether the app may write outside its volumes and /tmp'),
    capabilities: z
      .array(z.string().regex(/^[A-Z_]+$/, 'Write it as NET_BIND_SERVICE'))
      .default([])
      .describe('Linux capabilities that it keeps; all others are dropped'),
    proxyProtocol: z
      .boolean()
      .default(false)
      .describe('The app reads a PROXY protocol header first, and so knows the address of who connects'),
  })
  .describe('How the app runs in a container');

export const registry = z
  .strictObject({
    username: z.string().min(1).describe('Who logs in'),
    password: z
      .string()
      .regex(VARIABLE, VARIABLE_ERROR)
      .describe('The name of the environment variable that holds the password or token'),
  })
  .describe('How to log in where app.image.repository is; without it, Docker knows or nobody asks');
