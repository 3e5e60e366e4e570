import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';

const { resolve } = createRequire(import.meta.url);

/** Not by its `package.json`, which google-gax does not export. */
const protosOf = (name: string): string => {
  const folder = join('node_modules', name);
  const entry = resolve(name);
  return join(entry.slice(0, entry.lastIndexOf(folder) + folder.length), 'build', 'protos');
};

const FILES = [
  'google/container/v1/cluster_service.proto',
  'google/devtools/artifactregistry/v1/service.proto',
  'google/longrunning/operations.proto',
  'google/rpc/status.proto',
  'google/rpc/error_details.proto',
];

/** As the official packages bring them, so that nothing about the wire is written by hand. */
const definition = loadSync(FILES, {
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
  includeDirs: ['@google-cloud/container', '@google-cloud/artifact-registry', 'google-gax'].map(protosOf),
});

const serviceOf = (name: string): grpc.ServiceDefinition => {
  const service = name.split('.').reduce<unknown>((part, key) => Reflect.get(Object(part), key), packages);
  return Reflect.get(Object(service), 'service') as grpc.ServiceDefinition;
};

const packages = grpc.loadPackageDefinition(definition);

export const services = {
  container: serviceOf('google.container.v1.ClusterManager'),
  artifacts: serviceOf('google.devtools.artifactregistry.v1.ArtifactRegistry'),
  operations: serviceOf('google.longrunning.Operations'),
};

/** `google.protobuf.Any` */
export interface Any {
  readonly type_url: string;
  readonly value: Buffer;
}

/** One message by its full name, as bytes; `anyOf` in an envelope that says which it is. */
export const bytesOf = (type: string, value: object): Buffer =>
  (definition[type] as MessageTypeDefinition<object, object>).serialize(value);

export const anyOf = (type: string, value: object): Any => ({
  type_url: `type.googleapis.com/${type}`,
  value: bytesOf(type, value),
});
