/** Where a value was written. What was written nowhere has none: it is a default. */
export interface Origin {
  readonly from: 'file' | '--target' | `environments.${string}`;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** By key, as `app.health.0.http`. */
export type Origins = Readonly<Record<string, Origin>>;
