import { join, relative } from 'node:path';
import type { Config } from '../config/config.ts';
import { ofInfrastructure } from '../config/terraform.ts';
import { folderProblems } from '../config/terraform-folder.ts';
import { need } from '../core/fact.ts';
import { infrastructure } from '../core/facts/terraform.ts';
import type { Check } from './check.ts';

export const infrastructureFolder: Check = {
  id: 'infrastructure',
  title: 'Terraform can be run in the folder that makes the cluster',
  facts: [infrastructure.name],
  scope: 'preflight',
  targets: ['gcp'],
  examine(config, facts) {
    const found = need(infrastructure, facts);
    if (!found) return [];
    return folderProblems(ofInfrastructure(config), found.folder).map(each =>
      each.code === 'missing-file' ? { ...each, fix: whereFrom(config) } : each,
    );
  },
};

const whereFrom = ({ root, home }: Config): string =>
  `cp -r ${relative(root, join(home, 'templates/terraform'))} terraform; or name its folder as gcp.terraform.dir; or leave gcp.infrastructure out, and bytechat makes the cluster itself`;
