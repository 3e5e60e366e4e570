/** As much of an EndpointSlice (discovery.k8s.io/v1) as tells who can answer. */
export interface EndpointSlice {
  readonly endpoints?:
    | readonly {
        /** Unknown counts as ready, says the API. */
        readonly conditions?: { readonly ready?: boolean | null; readonly terminating?: boolean | null };
        readonly targetRef?: { readonly kind?: string; readonly name?: string };
      }[]
    | null;
}

/** The pods that are ready and stay, each once and in order, however many slices name them. */
export const readyPods = (slices: readonly EndpointSlice[]): string[] => {
  const ready = slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false && conditions?.terminating !== true)
    .flatMap(({ targetRef }) => (targetRef?.kind === 'Pod' && targetRef.name ? [targetRef.name] : []));
  return [...new Set(ready)].sort();
};

/** The least busy one that is not to be avoided; of equals the first. */
export const leastBusy = (
  pods: readonly string[],
  busy: ReadonlyMap<string, number>,
  avoided: ReadonlySet<string>,
): string | undefined => {
  const load = (pod: string): number => busy.get(pod) ?? 0;
  return pods
    .filter(pod => !avoided.has(pod))
    .reduce<string | undefined>((best, pod) => (best === undefined || load(pod) < load(best) ? pod : best), undefined);
};
