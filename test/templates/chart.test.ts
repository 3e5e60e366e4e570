import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CHART, helm, objectsIn, withoutHelm } from './support/helm.ts';
import { SAMPLES, valuesWith } from './support/values.ts';

const DEFAULTS = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as Record<string, unknown>;

test('it has the keys of Values and no other but its own test', () => {
  const { test: own, ...keys } = DEFAULTS;
  expect(own).toHaveProperty('command');
  expect(Object.keys(keys).sort()).toEqual(Object.keys(valuesWith()).sort());
});

test('what is filled in by default is merged with nothing that comes from outside', () => {
  expect(DEFAULTS).toMatchObject({ env: {}, secrets: {}, volumes: {} });
});

describe.skipIf(withoutHelm)('helm', () => {
  test('lint --strict finds nothing', () => {
    const { status, stdout } = helm(['lint', '--strict', CHART]);
    expect(stdout).not.toMatch(/\[(WARNING|ERROR)\]/);
    expect(status).toBe(0);
  });

  test('template needs no values, and calls everything as the release is called', () => {
    const { status, stdout } = helm(['template', 'my-chat', CHART, '--namespace', 'talk']);
    expect(status).toBe(0);
    const objects = objectsIn(stdout);
    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['talk']));
    expect(objects.every(({ metadata }) => metadata.name.startsWith('my-chat'))).toBe(true);
  });

  test('what is named by its content gets another name with other content', () => {
    const named = (values: object) => {
      const { stdout } = helm(['template', 'r', CHART, '-f', '-'], values);
      const objects = objectsIn(stdout).filter(({ kind }) => ['ConfigMap', 'Secret'].includes(kind));
      return objects.map(({ metadata }) => metadata.name);
    };
    const one = named({ env: { A: '1' }, secrets: { B: '1' } });
    expect(one).toHaveLength(2);
    expect(named({ env: { A: '1' }, secrets: { B: '1' } })).toEqual(one);
    expect(new Set([...one, ...named({ env: { A: '2' }, secrets: { B: '2' } })]).size).toBe(4);
  });

  test.for<[string, object, string]>([
    ['an unknown key', { prot: 80 }, 'prot'],
    ['an unknown key deep inside', { health: { pfad: '/' } }, 'pfad'],
    ['a number where a text belongs', { env: { A: 1 } }, '/env/A'],
    ['a port that is none', { port: 70_000 }, '/port'],
    ['a kind of exposure that there is not', { expose: { type: 'nodePort' } }, '/expose/type'],
    ['a gateway without a class', { expose: { type: 'gateway' } }, '/expose/class'],
    ['an image that is :latest', { image: 'shop:latest' }, '/image'],
    ['an image without a tag', { image: 'shop' }, '/image'],
    ['a name in capitals', { name: 'Shop' }, '/name'],
    ['memory in words', { resources: { memory: 'much' } }, '/resources/memory'],
    ['a secret that is only named', { secrets: { A: { $secret: 'A' } } }, '/secrets/A'],
  ])('the schema refuses %s', ([, values, place]) => {
    const { status, stderr } = helm(['template', 'r', CHART, '-f', '-'], values);
    expect(status).not.toBe(0);
    expect(stderr).toContain(place);
  });
});

describe.skipIf(withoutHelm)('what it says at the end', () => {
  /** Only an install says it, which asks the cluster for every kind: here it is one more object of a copy of the chart. */
  let copy: string;
  afterAll(() => rmSync(copy, { recursive: true }));
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'bytechat-chart-'));
    cpSync(CHART, copy, { recursive: true });
    const notes = readFileSync(join(CHART, 'templates/NOTES.txt'), 'utf8');
    const object = `{{ define "notes" }}${notes}{{ end }}notes: {{ include "notes" . | toJson }}`;
    writeFileSync(join(copy, 'templates/notes.yaml'), object);
  });

  const notesFor = (values: object): string => {
    const args = ['template', 'r', copy, '-n', 'market', '-s', 'templates/notes.yaml', '-f', '-'];
    const { status, stdout, stderr } = helm(args, values);
    if (status !== 0) throw new Error(stderr);
    return (parse(stdout) as { notes: string }).notes;
  };

  test.for(Object.keys(SAMPLES))('%s: no plain address but localhost', name => {
    const values = SAMPLES[name]!;
    const notes = notesFor(values);
    const { tls, expose } = values;
    const safe = tls !== '' || (expose.class === 'gce' && expose.host !== '');
    expect(notes.match(/http:\/\/(?!localhost:)/)).toBeNull();
    expect(notes.includes('port-forward')).toBe(!safe || expose.type === 'none');
    if (safe) expect(notes).toContain(`https://${expose.host}/`);
  });

  test('with a certificate and no host, where the address is to be found', () => {
    const notes = notesFor(valuesWith({ tls: 'cert', expose: { type: 'loadBalancer', host: '', class: '' } }));
    expect(notes).toContain('Open https:// and the address of');
    expect(notes).toContain('kubectl --namespace market get service shop');
  });

  test('an image that still stands in for another', () => {
    expect(notesFor({})).toContain('no pod starts with it');
    expect(notesFor(valuesWith())).not.toContain('no pod starts with it');
  });
});
