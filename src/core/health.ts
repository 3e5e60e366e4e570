/** What must hold before a release serves. Times in s. */
export type HealthCheck =
  | { readonly http: string; readonly timeout: number }
  /** `{url}` in an argument is the address of the app. */
  | { readonly exec: readonly string[]; readonly name?: string | undefined; readonly timeout: number };
