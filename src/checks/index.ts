import { budgetKept } from './budget.ts';
import { certificateGood } from './certificate.ts';
import { chatOrApp } from './chat.ts';
import type { Check } from './check.ts';
import { gatewayClass, ingressClass } from './classes.ts';
import { clusterMeant, clusterReadable, clusterThere, imageCanBeMade, objectNames } from './cluster.ts';
import { diskSpace } from './disk.ts';
import { buildxThere, containersKnown, dockerThere } from './docker.ts';
import { exposureWhole } from './exposure.ts';
import { clusterMade, googleCluster, googleProject } from './google.ts';
import { googleQuota, googleRegion } from './google-quota.ts';
import { helmThere } from './helm.ts';
import { imageInputs, imageRests } from './image.ts';
import { infrastructureFolder } from './infrastructure.ts';
import { inputsThere } from './inputs.ts';
import { namesFree } from './names.ts';
import { nodeVersion } from './node.ts';
import { permissions } from './permissions.ts';
import { rightPlatform } from './platforms.ts';
import { playbooksRead } from './playbooks.ts';
import { freePort } from './ports.ts';
import { programsThere } from './programs.ts';
import { limitsKept, quotaLeft } from './quota.ts';
import { readmeHolds } from './readme.ts';
import { passwordSet, secretsSet } from './secrets.ts';
import { kindsServed, loadMeasured } from './served.ts';
import { storageClass, volumeFits } from './storage.ts';
import { terraformSound } from './terraform.ts';
import { stateWritable } from './writable.ts';

const checks: readonly Check[] = [
  nodeVersion,
  diskSpace,
  stateWritable,
  freePort,
  inputsThere,
  programsThere,
  chatOrApp,
  secretsSet,
  dockerThere,
  containersKnown,
  buildxThere,
  imageInputs,
  imageRests,
  namesFree,
  googleProject,
  clusterThere,
  clusterMade,
  googleCluster,
  googleRegion,
  googleQuota,
  budgetKept,
  clusterMeant,
  clusterReadable,
  objectNames,
  imageCanBeMade,
  passwordSet,
  permissions,
  kindsServed,
  storageClass,
  volumeFits,
  quotaLeft,
  limitsKept,
  rightPlatform,
  ingressClass,
  gatewayClass,
  certificateGood,
  loadMeasured,
  exposureWhole,
  helmThere,
  infrastructureFolder,
  terraformSound,
  playbooksRead,
];

/** Every rule of `validate`. Those of scope `preflight` also run before each change. */
export const checksFor = (commands: readonly string[]): readonly Check[] => [...checks, readmeHolds(commands)];
