import type { TargetName } from '../core/target.ts';
import { servingInDocker } from './docker/serving.ts';
import { servingInCluster } from './kubernetes/serving.ts';
import { servingOnThisMachine } from './local/serving.ts';
import type { Observer } from './observer.ts';

const observers: Readonly<Record<TargetName, Observer>> = {
  local: servingOnThisMachine,
  docker: servingInDocker,
  kubernetes: servingInCluster,
  gcp: servingInCluster,
};

export const observeServing: Observer = (subject, ask) => observers[subject.config.target](subject, ask);
