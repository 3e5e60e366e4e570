import type { protos } from '@google-cloud/container';
import { gcloud, mustBeUsable } from '../../core/gke-problem.ts';
import { type GkeRef, GOOGLE_LABELS } from '../../core/google.ts';
import { BytechatError, type Problem } from '../../core/problem.ts';
import { isRefusal } from '../google/problems.ts';
import { describe } from './describe.ts';
import { type Gke, parentOf } from './session.ts';

type ICluster = protos.google.container.v1.ICluster;

export interface Create extends GkeRef {
  readonly mode: 'autopilot' | 'standard';
  readonly channel: 'rapid' | 'regular' | 'stable';
  /** The rest but for `labels` is for Standard only: Autopilot decides it itself. */
  readonly machine?: string;
  readonly spot?: boolean;
  /** In GiB, of each node. */
  readonly disk?: number;
  readonly nodes?: { readonly min: number; readonly max: number };
  readonly labels?: Readonly<Record<string, string>>;
}

/** What goes on at Google; empty when nothing does any more. */
export interface Begun {
  /** The name of the operation. */
  readonly operation: string;
  /** The same: who comes after a kill finds it in the journal. */
  readonly note: string;
  readonly detail?: string;
  readonly [key: string]: string | undefined;
}

export const begun = (operation: string | null | undefined, detail?: string): Begun => ({
  operation: operation ?? '',
  note: operation ?? '',
  ...(detail !== undefined && { detail }),
});

/** Begins to make it. One of ours that is there, or being made, is taken as it is: two may deploy at once. */
export const create = async (wanted: Create, gke: Gke): Promise<Begun> => {
  const request = { parent: parentOf(wanted), cluster: specOf(wanted) };
  try {
    const operation = await gke.ask(`create the cluster ${wanted.cluster}`, (client, options) =>
      client.createCluster(request, options),
    );
    return begun(operation.name);
  } catch (error) {
    if (!isRefusal(error, 'ALREADY_EXISTS')) throw error;
    return adopt(wanted, gke);
  }
};

const specOf = (wanted: Create): ICluster => ({
  name: wanted.cluster,
  releaseChannel: { channel: wanted.channel.toUpperCase() as 'REGULAR' },
  resourceLabels: { ...wanted.labels, ...GOOGLE_LABELS },
  // A name with a public certificate, let in by IAM alone: it needs neither our address nor an authority of its own.
  controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true } },
  ...(wanted.mode === 'autopilot' ? { autopilot: { enabled: true } } : standardOf(wanted)),
});

export const POOL = 'default';

const standardOf = ({ project, machine, spot, disk, nodes = { min: 1, max: 3 } }: Create): ICluster => ({
  workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
  nodePools: [
    {
      name: POOL,
      initialNodeCount: Math.max(1, nodes.min),
      autoscaling: { enabled: true, minNodeCount: nodes.min, maxNodeCount: nodes.max },
      config: {
        ...(machine !== undefined && { machineType: machine }),
        ...(disk !== undefined && { diskSizeGb: disk }),
        spot: spot ?? false,
        workloadMetadataConfig: { mode: 'GKE_METADATA' },
      },
    },
  ],
});

const adopt = async (ref: GkeRef, gke: Gke): Promise<Begun> => {
  const found = await describe(ref, gke);
  if (!found) throw new BytechatError(vanished(ref));
  mustBeUsable(found);
  return begun(found.operation, 'it is there, and ours');
};

const vanished = (ref: GkeRef): Problem => ({
  code: 'google-failed',
  message: `Google says that there is a cluster ${ref.cluster} already, and does not find it`,
  because: 'somebody may just have deleted it',
  fix: `try again; ${gcloud('describe', ref)} shows what there is`,
});
