import type { TerraformOutput } from '../../core/facts/terraform.ts';
import type { Json } from '../../core/json.ts';

interface Written {
  readonly sensitive: boolean;
  readonly value: Json;
}

/** `terraform output -json` holds secrets in clear: here they are left out, unless somebody wants to see them. */
export const outputsIn = (text: string, reveal: boolean): TerraformOutput[] =>
  Object.entries(JSON.parse(text) as Record<string, Written>).map(([name, { sensitive, value }]) => ({
    name,
    sensitive,
    value: sensitive && !reveal ? null : value,
  }));
