import type { Problem } from '../../core/problem.ts';
import { takesTokens } from '../google/registry.ts';
import type { Credentials } from './credentials.ts';
import { type Answer, said } from './fetch.ts';

export interface Refusal {
  readonly host: string;
  /** What was wanted: `read team/shop`. */
  readonly wanted: string;
  /** What the registry says about it. */
  readonly said: string;
  readonly credentials: Pick<Credentials, 'username' | 'isToken' | 'from'> | undefined;
}

/** Who was refused, where, and with which login. */
export const refused = ({ host, wanted, said, credentials }: Refusal): Problem => ({
  code: 'registry-refused',
  message: `${host} does not let ${credentials ? nameOf(credentials) : 'anybody'} ${wanted}${credentials ? '' : ' without a login'}`,
  because: `${said}; ${credentials ? `the login is from ${credentials.from}` : 'no login was found, neither in registry of the configuration nor with Docker'}`,
  fix: takesTokens(host) ? fixAtGoogle(wanted, credentials) : fixElsewhere(host, credentials),
});

const fixElsewhere = (host: string, credentials: Refusal['credentials']): string =>
  credentials
    ? `correct ${credentials.from}, or ask the owner of ${host} for the right`
    : 'bytechat registry login, or name registry.username and registry.password in the configuration';

/** `push to my-project/bytechat/chat` */
const fixAtGoogle = (wanted: string, credentials: Refusal['credentials']): string => {
  if (!credentials) return 'gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS';
  const [, project = '<project>'] = /([a-z][a-z0-9-]+)\//.exec(wanted) ?? [];
  const role = /^(push|delete)/.test(wanted) ? 'repoAdmin' : 'reader';
  return `gcloud projects add-iam-policy-binding ${project} --member <you> --role roles/artifactregistry.${role}, as somebody who may`;
};

const nameOf = ({ username, isToken }: Pick<Credentials, 'username' | 'isToken'>): string =>
  isToken ? 'the token' : username;

/** It answers, and not as the protocol has it. */
export const unexpected = (host: string, answer: Answer): Problem => ({
  code: 'registry-failed',
  message: `${host} answers as no registry should`,
  because: said(answer),
  fix: 'correct the name of the registry where it is wrong: something else may listen there',
});
