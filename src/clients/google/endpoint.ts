import { isIP } from 'node:net';
import process from 'node:process';
import { BytechatError, type Problem } from '../../core/problem.ts';

/** Where something stands in for Google's servers. */
export interface StandIn {
  readonly host: string;
  readonly port: number;
}

/** Container and Artifact Registry, which are asked over gRPC; undefined when Google itself is. */
export const grpcStandIn = (): StandIn | undefined => standInOf('BYTECHAT_GCP_ENDPOINT');

/** The address of a path at one of Google's REST APIs; a stand-in has them all below their hosts. */
export const restUrl = (host: string, path: string): string => {
  const standIn = standInOf('BYTECHAT_GCP_REST_ENDPOINT');
  return standIn ? `http://${standIn.host}:${standIn.port}/${host}${path}` : `https://${host}${path}`;
};

/** The token goes there without TLS, so it does not leave this machine. */
const standInOf = (variable: string): StandIn | undefined => {
  const value = process.env[variable];
  if (value === undefined || value === '') return undefined;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(value) ?? [];
  const host = bracketed ?? plain ?? '';
  if (!isLoopback(host)) throw new BytechatError(notHere(variable, value));
  return { host, port: Number(port) };
};

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const notHere = (variable: string, value: string): Problem => ({
  code: 'invalid-value',
  message: `${variable} is ${value}, which is not on this machine`,
  because: 'what stands in for Google is asked without TLS, and is shown your access token',
  fix: `unset ${variable}, or give it an address such as 127.0.0.1:9090`,
});
