import { chatOrApp } from './chat.ts';
import type { Check } from './check.ts';
import { clusterMeant, clusterReadable, clusterThere, imageCanBeMade, objectNames } from './cluster.ts';
import { diskSpace } from './disk.ts';
import { buildxThere, containersKnown, dockerThere } from './docker.ts';
import { exposureWhole } from './exposure.ts';
import { imageInputs, imageRests } from './image.ts';
import { inputsThere } from './inputs.ts';
import { namesFree } from './names.ts';
import { nodeVersion } from './node.ts';
import { freePort } from './ports.ts';
import { programsThere } from './programs.ts';
import { readmeHolds } from './readme.ts';
import { secretsSet } from './secrets.ts';
import { stateWritable } from './writable.ts';

/** Every rule of `validate`. Those of scope `preflight` also run before each change. */
export const checksFor = (commands: readonly string[]): readonly Check[] => [
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
  clusterThere,
  clusterMeant,
  clusterReadable,
  objectNames,
  imageCanBeMade,
  exposureWhole,
  readmeHolds(commands),
];
