import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes minutes, and mostly waits: begun last, it would be waited for by itself at the end. */
const HEAVY = [
  /contract\/(kubernetes|gcp)/,
  /contract\/docker/,
  /engines\/(helm|kube-|docker-|gcp|gke|gcr|terraform|ansible)/,
  /contract\/chat-(kubernetes|gcp)/,
  /contract\//,
];

const rank = ({ moduleId }: TestSpecification): number => {
  const found = HEAVY.findIndex(pattern => pattern.test(moduleId));
  return found < 0 ? HEAVY.length : found;
};

/** The heaviest files first. */
export class HeavyFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
