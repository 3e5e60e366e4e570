/** The one version of the API that we use: the package's own index loads another, and 4 MB of code that only types name. */
export { ClusterManagerClient } from '@google-cloud/container/build/src/v1/cluster_manager_client.js';
