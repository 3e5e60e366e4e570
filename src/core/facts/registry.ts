import { fact } from '../fact.ts';

/** One tag of the app's repository, as its registry tells it. */
export interface TagFact {
  readonly tag: string;
  readonly digest: string;
  /** Bytes that a pull of everything would bring. */
  readonly size: number;
  /** ISO 8601; empty when the image does not say. */
  readonly created: string;
  /** `linux/amd64`, with commas between several; empty when it does not say. */
  readonly platform: string;
  /** The manifests that an index leads to: they go when they are deleted, whoever needs them. */
  readonly parts: readonly string[];
  readonly [key: string]: string | number | readonly string[];
}

/** All tags of the repository, each looked into; null where no registry is named. */
export const registry = fact<readonly TagFact[] | null>('registry');

/** Only the names of the tags: what one request tells; null where no registry is named. */
export const published = fact<readonly string[] | null>('published');

/** The digest that the image of now has at its registry; empty when it is not there, or nobody says. */
export const stored = fact<string>('stored');

/** What the password of the registry hashes to: a change is seen, the value is not. Empty when none is named, or it is not set. */
export const login = fact<string>('login');

/** The releases that history knows, of all environments and targets of the project. */
export const recorded = fact<readonly string[]>('recorded');

/** The images that containers of this Docker daemon were made from, by name and by digest; null when it does not answer. */
export const inUse = fact<readonly string[] | null>('inUse');
