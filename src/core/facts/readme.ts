import { fact } from '../fact.ts';

/** One thing that a README promises, and where. */
export interface Mention {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly kind: 'link' | 'command' | 'script';
  /** The link, the words after `bytechat`, or the name after `npm run`. */
  readonly text: string;
  /** For links and scripts: whether it is there. */
  readonly exists: boolean;
  readonly excerpt: string;
  readonly [key: string]: string | number | boolean;
}

export const readme = fact<readonly Mention[]>('readme');
