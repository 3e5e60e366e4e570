import type { Version } from './app.ts';

/** A target as the contract sees it: a project of its own, and what can be looked at from outside. */
export interface Place {
  readonly name: string;
  /** The folder that bytechat is run in. */
  readonly project: string;
  /** Puts this version of the little app where the next deploy finds it. */
  write(version: Version): void;
  /** Everything that a deploy might have touched, as text that changes when it does. */
  fingerprint(): Promise<string>;
  /** Processes, containers, objects: what is left of us. Empty when nothing is. */
  leftovers(): Promise<readonly string[]>;
  /** The step after which a new release is there and does not serve yet. */
  readonly made: string;
  /** True when the app was seen writing while another one wrote. */
  sawTwoWriters(): Promise<boolean>;
  dispose(): Promise<void>;
}
