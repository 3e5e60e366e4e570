import type { Facts } from '../core/fact.ts';
import { cluster, forward, helmReleases, live, namespace } from '../core/facts/cluster.ts';
import { containers } from '../core/facts/containers.ts';
import { disk } from '../core/facts/disk.ts';
import { docker } from '../core/facts/docker.ts';
import { environments } from '../core/facts/environments.ts';
import { folder } from '../core/facts/folder.ts';
import { git } from '../core/facts/git.ts';
import { gke, gkeClusters, googleImages, project, region, repository, tenants } from '../core/facts/google.ts';
import { health } from '../core/facts/health.ts';
import { history } from '../core/facts/history.ts';
import { image } from '../core/facts/image.ts';
import { kept } from '../core/facts/kept.ts';
import { kubeSet, manifests, setPods, setStatus } from '../core/facts/kube-set.ts';
import { lock } from '../core/facts/lock.ts';
import { machine } from '../core/facts/machine.ts';
import { playbooks } from '../core/facts/playbooks.ts';
import { ports } from '../core/facts/ports.ts';
import { access, certificate, classes, helmProgram, platforms, quota, served } from '../core/facts/preflight.ts';
import { programs } from '../core/facts/programs.ts';
import { readme } from '../core/facts/readme.ts';
import { inUse, login, published, recorded, registry, stored } from '../core/facts/registry.ts';
import { serving } from '../core/facts/serving.ts';
import { source } from '../core/facts/source.ts';
import {
  infrastructure,
  infrastructureState,
  terraform,
  terraformFindings,
  terraformOutputs,
  terraformState,
} from '../core/facts/terraform.ts';
import { execCredential } from '../core/facts/token.ts';
import { observeDisk } from './disk.ts';
import { observeBuilder } from './docker/builder.ts';
import { observeContainers } from './docker/containers.ts';
import { observeImage } from './docker/image.ts';
import { observeInUse } from './docker/in-use.ts';
import { observeEnvironments } from './environments.ts';
import { observeFolder } from './folder.ts';
import { observeGit } from './git.ts';
import {
  observeGke,
  observeGkeClusters,
  observeGoogleImages,
  observeProject,
  observeRegion,
  observeRepository,
} from './google.ts';
import { observeHealth } from './health.ts';
import { observeHistory } from './history.ts';
import { observeKept, observeLogin } from './kept.ts';
import { observeCluster, observeForward, observeLive, observeNamespace, observeTenants } from './kubernetes/cluster.ts';
import { observeHelmReleases } from './kubernetes/helm.ts';
import { observeHelmProgram } from './kubernetes/helm-program.ts';
import { observeManifests } from './kubernetes/manifests.ts';
import {
  observeAccess,
  observeCertificate,
  observeClasses,
  observePlatforms,
  observeQuota,
  observeServed,
} from './kubernetes/preflight.ts';
import { observeSet, observeSetPods, observeSetStatus } from './kubernetes/set.ts';
import { observeLock } from './lock.ts';
import { observeMachine } from './machine.ts';
import type { Ask, Observer, Subject } from './observer.ts';
import { observePlaybooks } from './playbooks.ts';
import { observePorts } from './ports.ts';
import { observePrograms } from './programs.ts';
import { observeReadme } from './readme.ts';
import { observeRecorded } from './recorded.ts';
import { observePublished, observeRegistry, observeStored } from './registry.ts';
import { observeServing } from './serving.ts';
import { observeSource } from './source.ts';
import {
  observeInfrastructure,
  observeInfrastructureState,
  observeTerraform,
  observeTerraformOutputs,
  observeTerraformState,
} from './terraform.ts';
import { observeTerraformFindings } from './terraform-findings.ts';
import { together } from './together.ts';
import { observeToken } from './token.ts';

/** Every fact, and who reads it. */
const observers: Readonly<Record<string, Observer>> = {
  [git.name]: observeGit,
  [disk.name]: observeDisk,
  [machine.name]: observeMachine,
  [source.name]: observeSource,
  [serving.name]: observeServing,
  [kept.name]: observeKept,
  [ports.name]: observePorts,
  [programs.name]: observePrograms,
  [readme.name]: observeReadme,
  [playbooks.name]: observePlaybooks,
  [health.name]: observeHealth,
  [history.name]: observeHistory,
  [lock.name]: observeLock,
  [environments.name]: observeEnvironments,
  [folder.name]: observeFolder,
  [docker.name]: observeBuilder,
  [image.name]: observeImage,
  [containers.name]: observeContainers,
  [registry.name]: observeRegistry,
  [published.name]: observePublished,
  [stored.name]: observeStored,
  [recorded.name]: observeRecorded,
  [inUse.name]: observeInUse,
  [cluster.name]: observeCluster,
  [live.name]: observeLive,
  [namespace.name]: observeNamespace,
  [forward.name]: observeForward,
  [helmReleases.name]: observeHelmReleases,
  [helmProgram.name]: observeHelmProgram,
  [manifests.name]: observeManifests,
  [kubeSet.name]: observeSet,
  [setStatus.name]: observeSetStatus,
  [setPods.name]: observeSetPods,
  [login.name]: observeLogin,
  [execCredential.name]: observeToken,
  [access.name]: observeAccess,
  [classes.name]: observeClasses,
  [quota.name]: observeQuota,
  [served.name]: observeServed,
  [platforms.name]: observePlatforms,
  [certificate.name]: observeCertificate,
  [project.name]: observeProject,
  [gke.name]: observeGke,
  [gkeClusters.name]: observeGkeClusters,
  [repository.name]: observeRepository,
  [region.name]: observeRegion,
  [googleImages.name]: observeGoogleImages,
  [tenants.name]: observeTenants,
  [infrastructure.name]: observeInfrastructure,
  [infrastructureState.name]: observeInfrastructureState,
  [terraform.name]: observeTerraform,
  [terraformState.name]: observeTerraformState,
  [terraformOutputs.name]: observeTerraformOutputs,
  [terraformFindings.name]: observeTerraformFindings,
};

/** Reads the facts with these names, side by side. */
export const observe = async (names: readonly string[], subject: Subject, ask: Ask): Promise<Facts> => {
  const facts = [...new Set(names)].map(async name => {
    const observer = observers[name];
    if (!observer) throw new Error(`nobody observes ${name}`);
    return [name, await observer(subject, ask)] as const;
  });
  return Object.fromEntries(await together(facts));
};
