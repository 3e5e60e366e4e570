/** How patient the verdict on a rollout is. Times are in ms. */
export interface Knobs {
  /** Between the first and the second observation of what is fatal when it is seen twice. */
  readonly confirmMs: number;
  /** A registry that does not answer, or says that it cannot now. */
  readonly transientMs: number;
  /** An object that somebody else may still make: a service account, what a volume is made from. */
  readonly missingMs: number;
  /** No node has room. */
  readonly unschedulableMs: number;
  /** The same, when an autoscaler makes room. */
  readonly autoscaleMs: number;
  /** The least that an app which does not answer its readiness probe gets, whatever the probe's own numbers are. */
  readonly readinessMs: number;
  /** A pod without a readiness probe is ready as soon as it runs: so long it has to stay so. */
  readonly settleMs: number;
  /** Nothing at all changes. */
  readonly idleMs: number;
  /** The cluster does not answer. */
  readonly unreachableMs: number;
  /** A container that ends is a crash once it has been started again so many times. */
  readonly restarts: number;
  /** A watch is only a hint: all is listed again after so long. */
  readonly listMs: number;
}

export const KNOBS: Knobs = {
  confirmMs: 1_000,
  transientMs: 120_000,
  missingMs: 10_000,
  unschedulableMs: 60_000,
  autoscaleMs: 360_000,
  readinessMs: 60_000,
  settleMs: 3_000,
  idleMs: 240_000,
  unreachableMs: 60_000,
  restarts: 2,
  listMs: 5_000,
};
