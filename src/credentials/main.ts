/**
 * What other programs start to ask who we are at Google: Docker as `docker-credential-bytechat`, Kubernetes' clients as
 * `bytechat gke token`. Loads nothing but what has tokens: they wait for it each time. Each ends by itself.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { takesTokens } from '../clients/google/registry.ts';
import { accessToken } from '../clients/google/token.ts';
import { execCredential } from '../core/exec-credential.ts';
import { exitCodeOfProblems, type Problem, problemsOf } from '../core/problem.ts';
import { packageRoot } from '../engine/package-root.ts';
import { answerDocker } from './docker.ts';

/** An ExecCredential on stdout, and nothing else there. */
export const kubernetes = async (): Promise<void> => {
  try {
    const credential = execCredential(await accessToken(), process.env.KUBERNETES_EXEC_INFO);
    process.stdout.write(`${JSON.stringify(credential)}\n`);
  } catch (error) {
    const problems = problemsOf(error);
    process.stderr.write(`${problems.map(asText).join('\n')}\n`);
    process.exitCode = exitCodeOfProblems(problems);
  }
};

/** One round of Docker's protocol. */
export const docker = async (): Promise<void> => {
  const [verb = ''] = process.argv.slice(2);
  const input = ['get', 'store', 'erase'].includes(verb) ? await stdin() : '';
  try {
    const { stdout, exitCode } = await answerDocker(verb, input, {
      version,
      takesTokens,
      token: async () => (await accessToken()).token,
    });
    process.stdout.write(stdout === '' ? '' : `${stdout}\n`);
    process.exitCode = exitCode;
  } catch (error) {
    process.stdout.write(`${problemsOf(error).map(asText).join('\n')}\n`);
    process.exitCode = 1;
  }
};

const asText = ({ code, message, because, fix }: Problem): string =>
  [`${message} (${code})`, ...(because ? [because] : []), ...(fix ? [fix] : [])].join(': ');

const stdin = async (): Promise<string> => (await process.stdin.setEncoding('utf8').toArray()).join('');

const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
