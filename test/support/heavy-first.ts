import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes minutes, and mostly waits: begun last, it would be waited for by itself at the end. The longest come first. */
const ON_A_CLUSTER = [
  /contract\/(kubernetes|gcp)/,
  /contract\/chat-(kubernetes|gcp)/,
  /engines\/(helm|kube-|gcp|gke|gcr)/,
  /templates\/cluster/,
];
const ELSEWHERE = [
  /contract\/docker/,
  /engines\/(ansible|docker|terraform)/,
  /contract\//,
  /(engine|door)\/.*(docker|data)/,
];

/** Those of them that match, in the order of the patterns. */
const matching = (patterns: readonly RegExp[], files: readonly TestSpecification[]): TestSpecification[] => {
  const rank = ({ moduleId }: TestSpecification): number => patterns.findIndex(pattern => pattern.test(moduleId));
  return files.filter(file => rank(file) >= 0).toSorted((a, b) => rank(a) - rank(b));
};

/** The heaviest files first, those on a cluster in turn with others: one cluster does not start everybody's pods at once. */
export class HeavyFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const onCluster = matching(ON_A_CLUSTER, sorted);
    const elsewhere = matching(ELSEWHERE, sorted).filter(file => !onCluster.includes(file));
    const most = Math.max(onCluster.length, elsewhere.length);
    const inTurn = Array.from({ length: most }, (_, at) =>
      [onCluster[at], elsewhere[at]].filter(file => !!file),
    ).flat();
    return [...inTurn, ...sorted.filter(file => !inTurn.includes(file))];
  }
}
