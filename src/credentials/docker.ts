import { TOKEN_USER } from '../core/google.ts';

/** What a credential helper of Docker says, and how it ends. */
export interface Said {
  readonly stdout: string;
  readonly exitCode: 0 | 1;
}

/** What it knows of the world. */
export interface Known {
  readonly version: string;
  /** Whether a token of Google is for this registry. */
  takesTokens(host: string): boolean;
  token(): Promise<string>;
}

const said = (stdout: string): Said => ({ stdout, exitCode: 0 });
/** Docker reads from stdout what went wrong, too. */
const failed = (stdout: string): Said => ({ stdout, exitCode: 1 });

/** By these very words Docker knows that there is none, and goes on without. */
const NOT_FOUND = 'credentials not found in native keychain';

/**
 * The protocol of credential helpers (github.com/docker/docker-credential-helpers): a verb as the argument, a registry on
 * stdin, JSON on stdout. Nothing is kept: a token is had anew each time, so `store` and `erase` have nothing to do.
 */
export const answerDocker = async (verb: string, input: string, known: Known): Promise<Said> => {
  switch (verb) {
    case 'get':
      return get(input.trim(), known);
    case 'list':
      return said('{}');
    case 'store':
    case 'erase':
      return said('');
    case 'version':
      return said(`docker-credential-bytechat ${known.version}`);
    default:
      return failed('Usage: docker-credential-bytechat <get|list|store|erase|version>');
  }
};

const get = async (asked: string, { takesTokens, token }: Known): Promise<Said> => {
  if (asked === '') return failed('no credentials server URL');
  if (!takesTokens(hostIn(asked))) return failed(NOT_FOUND);
  return said(JSON.stringify({ ServerURL: asked, Username: TOKEN_USER, Secret: await token() }));
};

const hostIn = (asked: string): string => asked.replace(/^https?:\/\//, '').split('/')[0] ?? asked;
