import { isSecretRef, type Json, type JsonObject, mapJson } from '../../../core/json.ts';
import type { KubeObject } from '../../../core/kube.ts';

/** As it is sent to the server: with the values of its secrets, all of them in `data`, which is how they come back. */
export const asSent = (object: KubeObject, reveal: (name: string) => string): KubeObject => {
  const whole = mapJson(object as Json, value =>
    isSecretRef(value) ? reveal(value.$secret) : value,
  ) as unknown as KubeObject;
  if (!isSecret(whole)) return whole;
  const { stringData, ...secret } = whole;
  const texts = Object.entries((stringData ?? {}) as JsonObject).map(([key, text]) => [key, base64(String(text))]);
  return { ...secret, data: { ...dataOf(whole), ...Object.fromEntries(texts) } } as unknown as KubeObject;
};

export const isSecret = ({ apiVersion, kind }: KubeObject): boolean => apiVersion === 'v1' && kind === 'Secret';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const dataOf = ({ data }: KubeObject): JsonObject => (data ?? {}) as JsonObject;

export const MASK = '***';
/** Of a value that is not the one that is wanted. Neither is ever shown. */
export const OTHER = '*** (before)';

/** A Secret without its values, but with whether they are the same as those that are sent. Others stay as they are. */
export const masked = (object: KubeObject, sent: KubeObject | undefined): KubeObject => {
  if (!isSecret(object)) return object;
  const { stringData: _texts, metadata, ...secret } = object;
  const wanted = sent ? dataOf(sent) : {};
  const data = Object.entries(dataOf(object)).map(([key, value]): [string, string] => [
    key,
    wanted[key] === undefined || wanted[key] === value ? MASK : OTHER,
  ]);
  const { [LAST_APPLIED]: _last, ...annotations } = metadata.annotations ?? {};
  return { ...secret, metadata: { ...metadata, annotations }, data: Object.fromEntries(data) } as KubeObject;
};

/** kubectl writes the whole object into it, values and all. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
