/** The one version of the API that we use: the package's own index loads another, and 1 MB of code that only types name. */
export { ArtifactRegistryClient } from '@google-cloud/artifact-registry/build/src/v1/artifact_registry_client.js';
