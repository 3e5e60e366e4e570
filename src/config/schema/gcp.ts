import * as z from 'zod';
import { NAME, NAME_ERROR } from './values.ts';

/** Of a project, not its name or number (cloud.google.com/resource-manager/docs/creating-managing-projects). */
export const projectId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'Write the ID of the project: a-z, 0-9 and -, 6 to 30 characters');

const nodes = z
  .strictObject({
    min: z.int().min(0).max(1000).default(1).describe('How many there are at least'),
    max: z.int().min(1).max(1000).default(3).describe('How many there are at most'),
  })
  .refine(({ min, max }) => min <= max, 'min is more than max')
  .describe('How many nodes a Standard cluster has, as they are needed');

const cluster = z
  .strictObject({
    name: z.string().regex(NAME, NAME_ERROR).default('bytechat').describe('What it is called in the project'),
    mode: z
      .enum(['autopilot', 'standard'])
      .default('autopilot')
      .describe('autopilot: Google runs the nodes and bills the pods; standard: nodes of your own in one zone'),
    channel: z
      .enum(['rapid', 'regular', 'stable'])
      .default('regular')
      .describe('The release channel that keeps its version current'),
    machine: z.string().min(1).default('e2-medium').describe('The machine type of its nodes; standard only'),
    spot: z.boolean().default(false).describe('Cheaper nodes that Google may take away; standard only'),
    disk: z.int().min(10).max(65_536).default(30).describe('The disk of each node, in GiB; standard only'),
    nodes: nodes.prefault({}),
  })
  .describe('The cluster of Google Kubernetes Engine');

const terraform = z
  .strictObject({
    dir: z
      .string()
      .min(1)
      .optional()
      .describe('Its folder; by default terraform/envs/<environment or production>, or terraform'),
    varFiles: z.array(z.string().min(1)).default([]).describe('Files with values of its variables'),
    backend: z
      .record(z.string().min(1), z.string().min(1))
      .default({})
      .describe('What its backend leaves open, such as bucket; no secrets'),
  })
  .describe('The Terraform folder that makes cluster and repository; infrastructure: terraform only');

export const gcp = z
  .strictObject({
    project: projectId.optional().describe('The ID of the project; --project and GOOGLE_CLOUD_PROJECT say it too'),
    region: z
      .string()
      .regex(/^[a-z]+-[a-z]+[0-9]+$/, 'Write a region, such as europe-west1')
      .default('us-central1')
      .describe('Where everything of the app is'),
    zone: z
      .string()
      .regex(/^[a-z]+-[a-z]+[0-9]+-[a-z]$/, 'Write a zone, such as europe-west1-b')
      .optional()
      .describe('Where a Standard cluster is; by default zone b of the region'),
    repository: z
      .string()
      .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, 'Use a-z, 0-9 and -, starting with a letter, at most 63')
      .default('bytechat')
      .describe('The repository of Artifact Registry that keeps the images'),
    cluster: cluster.prefault({}),
    infrastructure: z
      .enum(['direct', 'terraform'])
      .default('direct')
      .describe('Who makes cluster and repository: direct, bytechat itself; terraform, a Terraform folder'),
    terraform: terraform.prefault({}),
    maxMonthly: z
      .number()
      .min(0)
      .optional()
      .describe('A plan that is estimated to cost more a month, in USD, is refused; by default none is'),
  })
  .describe('Where the app runs on Google Cloud');
