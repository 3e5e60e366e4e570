import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { type GkeRef, gkeContext } from '../core/google.ts';
import type { Json } from '../core/json.ts';
import { BytechatError, type Problem } from '../core/problem.ts';
import type { Client } from '../core/runner.ts';
import { editFile } from '../engine/edit-file.ts';
import { writeWhole } from '../engine/files.ts';
import { onPath, shortStartOf, startOf } from '../engine/own-program.ts';
import { credentialsElsewhere } from './google/elsewhere.ts';
import { accessToken } from './google/token.ts';
import { findGke } from './kube/gke-server.ts';
import { type Entries, entriesFor, kubeconfigOf, type Plugin } from './kube/kubeconfig.ts';
import { dockerFolder } from './registry/docker-config.ts';
import { inFile, withCredHelper } from './registry/docker-helper.ts';

/** Who we are at Google, for programs that ask bytechat: nothing that is written here holds a token. */
export const credentials: Client = async ({ method, request }, { signal }) => {
  if (method === 'token') return { ...(await accessToken({ signal })) };
  if (method === 'kubeconfig') return write(request as unknown as WriteRequest);
  if (method === 'merge') return merge(request as unknown as MergeRequest);
  if (method === 'docker') return nameHelper(request.hosts as readonly string[]);
  throw new Error(`credentials has no ${method}`);
};

interface WriteRequest {
  readonly gke: GkeRef;
  /** Absolute. */
  readonly file: string;
}

interface MergeRequest {
  readonly gke: GkeRef;
  /** The current context stays what it is. */
  readonly keepContext: boolean;
}

const entriesOf = async (gke: GkeRef, { args, ...more }: Plugin): Promise<Entries> =>
  entriesFor(await findGke(gke), { ...more, args: [...args, 'gke', 'token'] });

/** For a program that we start, in whatever folder. */
const write = async ({ gke, file }: WriteRequest): Promise<Json> => {
  await writeWhole(
    file,
    kubeconfigOf(await entriesOf(gke, { ...startOf('bytechat'), env: credentialsElsewhere() })),
    0o600,
  );
  return { detail: file };
};

/** For the user's own programs. */
const merge = async ({ gke, keepContext }: MergeRequest): Promise<Json> => {
  const [entries, { mergeKubeconfig }] = await Promise.all([
    entriesOf(gke, await shortStartOf('bytechat')),
    import('./kube/merge.ts'),
  ]);
  const file = usersKubeconfig();
  const changed = await editFile(file, text => mergeKubeconfig(text, { entries, use: !keepContext, file }));
  const what = `${gkeContext(gke)} in ${file}`;
  return { result: gkeContext(gke), detail: `${what}${keepContext ? '' : ', the current context'}`, changed };
};

/** The first of KUBECONFIG, as kubectl writes what is nowhere yet. */
const usersKubeconfig = (): string => {
  const [first] = (process.env.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '');
  return first ?? join(homedir(), '.kube', 'config');
};

const HELPER = 'docker-credential-bytechat';

/** From then on a plain `docker push` asks us too. */
const nameHelper = async (hosts: readonly string[]): Promise<Json> => {
  if ((await onPath(HELPER)) === undefined) throw new BytechatError(notOnPath(hosts));
  const file = join(dockerFolder(), 'config.json');
  const changed = await editFile(
    file,
    inFile(file, text => hosts.reduce((now, host) => withCredHelper(now, host, 'bytechat'), text)),
  );
  return { detail: `${hosts.join(', ')} in ${file}${changed ? '' : ', as before'}`, changed };
};

const notOnPath = (hosts: readonly string[]): Problem => ({
  code: 'tool-missing',
  message: `${HELPER} is not on PATH`,
  because: `Docker starts it to log in at ${hosts.join(' and ')}; bytechat itself pushes and pulls without it`,
  fix: 'npm install --global bytechat',
});
