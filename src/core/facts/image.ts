import { fact } from '../fact.ts';

/** The image that the inputs of now make. */
export interface ImageFact {
  /** The hash of the inputs, shortened: the release. */
  readonly tag: string;
  readonly hash: string;
  readonly platform: string;
  readonly files: number;
  /** What differs from the inputs of the last build here, at most ten; empty when that is not known. */
  readonly changed: readonly string[];
  /** What lies in the context and changes by itself: `.bytechat`, `.git`. */
  readonly restless: readonly string[];
  /** What is named and not there. */
  readonly missing: readonly string[];
  /** The daemon has it. */
  readonly here: boolean;
  /** Its registry has it. Asked only when the daemon does not. */
  readonly there: boolean;
  readonly [key: string]: string | number | boolean | readonly string[];
}

export const image = fact<ImageFact>('image');
