/** `node scripts/templates.ts`: writes templates/k8s, the plain objects of the bundled chat, from the chart's own values. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { nameFor } from '../src/core/hash.ts';
import type { KubeObject } from '../src/core/kube.ts';
import { objectsOf } from '../src/steps/manifests/objects.ts';
import type { Values } from '../src/steps/manifests/values.ts';

const root = dirname(import.meta.dirname);
const folder = join(root, 'templates/k8s');

/** What the chart has by default, with the names that a release of Helm would give. */
const values = (): Values => {
  const written = parse(readFileSync(join(root, 'templates/helm/bytechat/values.yaml'), 'utf8')) as Values;
  const name = 'chat-app';
  const configMap = `${name}-${nameFor(written.env)}`;
  return { ...written, name, namespace: 'bytechat', createNamespace: true, configMap };
};

/** By file name, numbered as `kubectl apply -f templates/k8s` must make them. */
export const plainManifests = (): Map<string, string> =>
  new Map(
    objectsOf(values()).map((object, index) => [
      `${String(index + 1).padStart(2, '0')}-${object.kind.toLowerCase()}.yaml`,
      `${headOf(object)}${stringify(object, { lineWidth: 120, aliasDuplicateObjects: false })}`,
    ]),
  );

const WRITTEN = '# Written by scripts/templates.ts from templates/helm/bytechat/values.yaml.\n';

const headOf = ({ kind }: KubeObject): string => WRITTEN + (HEADS[kind] ?? '').replaceAll(/^(?=.)/gm, '# ');

/** What whoever applies them as they are has to know. */
const HEADS: Readonly<Record<string, string>> = {
  ConfigMap: `It is never changed: for other settings give it another name, here and in the workload, and the pods are replaced.
`,
  StatefulSet: `Put your image where registry.example.com/chat-app:your-tag stands, best with its digest: name@sha256:…
Build it with Dockerfile.gcp and push it where the cluster can pull it.
`,
};

const write = (): void => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  for (const [name, text] of plainManifests()) writeFileSync(join(folder, name), text);
};

if (import.meta.main) write();
