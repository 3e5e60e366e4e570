import { need } from '../core/fact.ts';
import { terraformFindings } from '../core/facts/terraform.ts';
import type { Check } from './check.ts';

export const terraformSound: Check = {
  id: 'terraform',
  title: 'Terraform files are formatted, and valid where they can be checked without a network',
  facts: [terraformFindings.name],
  scope: 'project',
  examine: (_config, facts) => need(terraformFindings, facts),
};
