import { describe, expect, test } from 'vitest';
import { chooseTerraform, ofInfrastructure, terraformRequest, variablesOf } from '../../src/config/terraform.ts';
import type { TerraformFact } from '../../src/core/facts/terraform.ts';
import { configFrom } from '../support/config.ts';

const APP = 'app: { name: demo, image: {}, container: { port: 9000 } }';
const config = (gcp: string) => configFrom(`{ gcp: { ${gcp} }, kubernetes: { namespace: chats }, ${APP} }`);
const ALL = [
  'project_id',
  'region',
  'zone',
  'name',
  'repository',
  'autopilot',
  'channel',
  'nodes',
  'namespace',
  'port',
];
const folder = (dir: string, variables: readonly string[] = ALL) => ({ dir, variables });
const ENVS = '/project/terraform/envs/production';

describe('what Terraform is told of the cluster', () => {
  test('is what the file says of it', () => {
    const said = config(
      'infrastructure: terraform, project: my-project, region: europe-west1, repository: images, cluster: { name: talk, mode: standard, channel: stable, machine: e2-small, spot: true, disk: 20, nodes: { min: 0, max: 2 } }',
    );
    expect(variablesOf(said, folder(ENVS))).toEqual([
      'project_id=my-project',
      'region=europe-west1',
      'zone=europe-west1-b',
      'name=talk',
      'repository=images',
      'autopilot=false',
      'channel=stable',
      'nodes={"machine_type":"e2-small","spot":true,"disk_gb":20,"min":0,"max":2}',
      'namespace=chats',
      'port=9000',
    ]);
  });

  test('is nothing that it has no variable for, or that nobody has said', () => {
    const said = config('infrastructure: terraform');
    expect(variablesOf(said, folder(ENVS, ['project_id', 'name', 'budget']))).toEqual(['name=bytechat']);
  });

  test('is nothing for another folder, and nothing when bytechat makes it itself', () => {
    expect(variablesOf(config('infrastructure: terraform'), folder('/project/dns'))).toEqual([]);
    expect(variablesOf(config('project: my-project'), folder(ENVS))).toEqual([]);
    const own = config('infrastructure: terraform, terraform: { dir: dns }');
    expect(variablesOf(own, folder('/project/dns'))).not.toEqual([]);
    expect(variablesOf(own, folder(ENVS))).toEqual([]);
  });
});

describe('the folder of the file', () => {
  const own = config(
    'infrastructure: terraform, terraform: { dir: infra, varFiles: [a.tfvars], backend: { bucket: b } }',
  );
  const request = (of: Parameters<typeof terraformRequest>[0], dir: string) =>
    terraformRequest(of, folder(dir, []) as TerraformFact);

  test('comes with its files and its backend, also for whoever runs Terraform by itself', () => {
    const expected = {
      dir: '/project/infra',
      root: '/project',
      varFiles: ['/project/a.tfvars'],
      backend: ['bucket=b'],
    };
    expect(request(ofInfrastructure(own), '/project/infra')).toEqual(expected);
    expect(chooseTerraform(own, {}).terraform).toEqual(ofInfrastructure(own).terraform);
  });

  test('is not meant when another one is named', () => {
    const other = chooseTerraform(own, { dir: 'dns', var: ['a=1'], backendConfig: ['b.hcl'] });
    expect(other.terraform).toMatchObject({ dir: '/project/dns', varFiles: [], vars: ['a=1'], backend: ['b.hcl'] });
  });
});
