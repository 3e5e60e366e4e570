import type { ProcessIdentity } from '../engine/process-identity.ts';

/** What a forwarder sees of the world around it. */
export interface Around {
  /** Its state file; undefined when it is not there. */
  readonly stateFile: string | undefined;
  readonly self: ProcessIdentity;
  /** For how long there has been no Service, in ms; undefined while there is one. */
  readonly goneForMs: number | undefined;
  /** How long that may last. */
  readonly goneMs: number;
}

/** Why it is to end by itself. Undefined: it stays. */
export const reasonToEnd = ({ stateFile, self, goneForMs, goneMs }: Around): string | undefined => {
  if (stateFile === undefined) return 'its state file is gone';
  if (!names(stateFile, self)) return 'its state file names another process';
  if (goneForMs !== undefined && goneForMs >= goneMs) return 'the Service is gone';
  return undefined;
};

const names = (text: string, { pid, started }: ProcessIdentity): boolean => {
  try {
    const state = JSON.parse(text) as Partial<ProcessIdentity>;
    return state.pid === pid && state.started === started;
  } catch {
    return false;
  }
};
