import process from 'node:process';
import { isGoogleRegistry } from '../../core/google.ts';
import { BytechatError } from '../../core/problem.ts';
import { dockerKeyOf, isLoopback } from '../../core/repository.ts';
import { authOf, type DockerConfig } from '../registry/docker-config.ts';

/** Whoever asks there shows an access token of Google: its registries, and what stands in for them on this machine. */
export const takesTokens = (host: string): boolean => isGoogleRegistry(host) || host === standIn();

/** The token goes there without TLS, so it does not leave this machine. */
const standIn = (): string | undefined => {
  const host = process.env.BYTECHAT_GCP_REGISTRY;
  if (host === undefined || host === '' || isLoopback(host)) return host || undefined;
  throw new BytechatError({
    code: 'invalid-value',
    message: `BYTECHAT_GCP_REGISTRY is ${host}, which is not on this machine`,
    because: 'what stands in for a registry of Google is shown your access token without TLS',
    fix: 'unset it, or give it an address such as 127.0.0.1:5055',
  });
};

/** Our own program, and gcloud's, which gives the same and takes longer: nothing of ours starts it. */
const SAME: readonly string[] = ['bytechat', 'gcloud'];

/**
 * Docker has a login of its own for a registry of Google. A store for all registries has one where Docker has left an
 * entry, without the login, when it put that there.
 */
export const isKeptByDocker = (config: DockerConfig, host: string): boolean => {
  const helper = config.credHelpers?.[dockerKeyOf(host)];
  if (helper) return !SAME.includes(helper);
  const entry = authOf(config, host);
  return entry !== undefined && Boolean(entry.auth || entry.identitytoken || config.credsStore);
};
