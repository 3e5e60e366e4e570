import type { Client } from '../core/runner.ts';
import { ansible } from './ansible.ts';
import { artifacts } from './artifacts.ts';
import { browser } from './browser.ts';
import { build } from './build.ts';
import { containerLogs } from './container-logs.ts';
import { containers } from './containers.ts';
import { credentials } from './credentials.ts';
import { data } from './data.ts';
import { door } from './door.ts';
import { files } from './files.ts';
import { forward } from './forward.ts';
import { gcp } from './gcp.ts';
import { gke } from './gke.ts';
import { health } from './health.ts';
import { helm } from './helm.ts';
import { image } from './image.ts';
import { kube } from './kube.ts';
import { logs } from './logs.ts';
import { registry } from './registry.ts';
import { supervisor } from './supervisor.ts';
import { terraform } from './terraform.ts';

/** Who answers the calls of a plan, by the name of the API. */
export const clients: Readonly<Record<string, Client>> = {
  artifacts,
  ansible,
  browser,
  build,
  'container-logs': containerLogs,
  containers,
  credentials,
  data,
  door,
  files,
  forward,
  gcp,
  gke,
  health,
  helm,
  image,
  kube,
  logs,
  registry,
  supervisor,
  terraform,
};
