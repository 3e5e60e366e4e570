import { type RequestOptions, request } from 'node:https';
import { sessionFor } from '../../../src/clients/kube/sessions.ts';
import type { KubeObject } from '../../../src/core/kube.ts';

/** `networkpolicies`, as the API calls a kind in its paths. */
const pluralOf = (kind: string): string => `${kind.toLowerCase()}s`.replace(/ys$/, 'ies').replace(/sss$/, 'sses');

const pathOf = ({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): string => {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${group}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${pluralOf(kind)}/${name}`;
};

/** What the API server would say to this object, and what it warns of. Nothing is changed. */
export const dryRun = async (object: KubeObject): Promise<{ status: number; body: string; warnings: string[] }> => {
  const { config, server } = await sessionFor();
  const options: RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const url = `${server}${pathOf(object)}?dryRun=All&fieldManager=bytechat&force=true`;
  const headers = { ...(options.headers as object), 'content-type': 'application/apply-patch+yaml' };
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, method: 'PATCH', headers }, async answer => {
      const warnings = [answer.headers.warning ?? []].flat().map(text => text.replaceAll('\\"', '"'));
      resolve({ status: answer.statusCode ?? 0, body: (await answer.toArray()).join(''), warnings });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(object));
  });
};
