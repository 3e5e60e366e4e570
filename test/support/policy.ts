/** A resource as a plan has it. */
export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Something that a reviewer would ask about. */
export interface Finding {
  readonly rule: string;
  readonly address: string;
}

type Values = PlannedResource['values'];
type Rule = (values: Values, type: string) => boolean;

/** `a.b.c` of blocks, which are lists of one. */
const at = (values: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, name) => Reflect.get(Object(Array.isArray(value) ? value[0] : value), name), values);

const texts = (values: Values, ...paths: string[]): string[] =>
  paths.flatMap(path => at(values, path) ?? []).map(String);

const BROAD = /^roles\/(owner|editor|viewer)$|[aA]dmin$/;
const LABELS = ['labels', 'resource_labels', 'user_labels'];
const isCluster = (type: string): boolean => type === 'google_container_cluster';
const isPool = (type: string): boolean => type === 'google_container_node_pool';
const isBucket = (type: string): boolean => type === 'google_storage_bucket';

/** What each rule asks about: true is a finding. Which types it is about, it knows itself. */
const rules: Readonly<Record<string, Rule>> = {
  'public-nodes': (values, type) =>
    (isCluster(type) && at(values, 'private_cluster_config.enable_private_nodes') !== true) ||
    (isPool(type) && at(values, 'network_config.enable_private_nodes') !== true),
  'public-control-plane': (values, type) =>
    isCluster(type) &&
    at(values, 'control_plane_endpoints_config.dns_endpoint_config.allow_external_traffic') !== false,
  'open-ip-endpoint': (values, type) =>
    isCluster(type) && at(values, 'control_plane_endpoints_config.ip_endpoints_config.enabled') !== false,
  'legacy-abac': (values, type) => isCluster(type) && values.enable_legacy_abac === true,
  'client-certificate': (values, type) =>
    isCluster(type) && at(values, 'master_auth.client_certificate_config.issue_client_certificate') !== false,
  'deletion-protection': (values, type) => isCluster(type) && typeof values.deletion_protection !== 'boolean',
  'workload-identity': (values, type) =>
    (isCluster(type) && values.enable_autopilot !== true && !at(values, 'workload_identity_config.workload_pool')) ||
    (isPool(type) && at(values, 'node_config.workload_metadata_config.mode') !== 'GKE_METADATA'),
  'shielded-nodes': (values, type) =>
    isPool(type) && at(values, 'node_config.shielded_instance_config.enable_secure_boot') !== true,
  'broad-scope': values =>
    texts(values, 'node_config.oauth_scopes', 'cluster_autoscaling.auto_provisioning_defaults.oauth_scopes').some(
      scope => scope.endsWith('/cloud-platform'),
    ),
  'broad-role': values => texts(values, 'role').some(role => BROAD.test(role)),
  everybody: values => texts(values, 'member').some(member => /^all(Authenticated)?Users$/.test(member)),
  'open-firewall': (values, type) =>
    type === 'google_compute_firewall' && texts(values, 'source_ranges').some(range => range.endsWith('/0')),
  'default-network': (values, type) => type === 'google_compute_network' && values.auto_create_subnetworks !== false,
  'flow-logs': (values, type) => type === 'google_compute_subnetwork' && !at(values, 'log_config.flow_sampling'),
  'moving-tags': (values, type) =>
    type === 'google_artifact_registry_repository' && at(values, 'docker_config.immutable_tags') !== true,
  'public-bucket': (values, type) =>
    isBucket(type) && !(values.uniform_bucket_level_access === true && values.public_access_prevention === 'enforced'),
  'no-versions': (values, type) => isBucket(type) && at(values, 'versioning.enabled') !== true,
  'customer-key': (values, type) => isBucket(type) && !at(values, 'encryption.default_kms_key_name'),
  'access-logs': (values, type) => isBucket(type) && !at(values, 'logging.log_bucket'),
  labels: values => {
    const found = LABELS.filter(name => name in values);
    return found.length > 0 && !found.some(name => Object.keys(Object(values[name])).length > 0);
  },
};

export const findingsIn = (resources: readonly PlannedResource[]): Finding[] =>
  resources.flatMap(({ address, type, values }) =>
    Object.entries(rules)
      .filter(([, asks]) => asks(values, type))
      .map(([rule]) => ({ rule, address })),
  );
