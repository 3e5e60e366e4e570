import { expect, test } from 'vitest';
import { makeImage } from '../../src/steps/image.ts';
import { configFrom, freshFacts } from '../support/config.ts';

const YAML = 'target: docker\napp: { name: demo, image: {} }';

/** What a build calls the image before it is certain what it was built from. */
const provisionalIn = (root: string): string => {
  const [step] = makeImage(configFrom(YAML, root), freshFacts);
  const named = step?.actions.find(action => action.kind === 'call' && action.method === 'name');
  return named?.kind === 'call' ? String(named.request.built) : '';
};

test('two checkouts that build the same content in one Docker do not take its provisional name from each other', () => {
  expect(provisionalIn('/home/mira/demo')).toMatch(/^demo:b7c01e5a90d2-[0-9a-f]{12}$/);
  expect(provisionalIn('/home/mira/demo')).not.toBe(provisionalIn('/home/noor/demo'));
  expect(provisionalIn('/home/mira/demo')).toBe(provisionalIn('/home/mira/demo'));
});
