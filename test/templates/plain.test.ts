import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainManifests } from '../../scripts/templates.ts';
import { wrongFields } from './support/fields.ts';
import { objectsIn } from './support/helm.ts';

const FOLDER = join(import.meta.dirname, '../../templates/k8s');
const files = readdirSync(FOLDER).sort();
const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

test('templates/k8s is what the chart has by default: node scripts/templates.ts writes it', () => {
  expect(Object.fromEntries(files.map(name => [name, textOf(name)]))).toEqual(Object.fromEntries(plainManifests()));
});

test('each file is one object that is valid as it stands, and the namespace comes first', () => {
  const objects = files.map(name => objectsIn(textOf(name)));
  expect(objects.map(({ length }) => length)).toEqual(files.map(() => 1));
  expect(objects.flat().flatMap(wrongFields)).toEqual([]);
  expect(objects[0]?.[0]?.kind).toBe('Namespace');
});

test('whoever applies them is told where the image goes', () => {
  const text = files.map(textOf).find(each => each.includes('kind: StatefulSet')) ?? '';
  const [image] = /(?<=image: ).*/.exec(text) ?? [];
  expect(text.slice(0, text.indexOf('apiVersion'))).toContain(`Put your image where ${image} stands`);
});
