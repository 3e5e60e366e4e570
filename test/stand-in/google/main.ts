/** `node test/stand-in/google/main.ts [project …]`: prints what a shell needs, and stays until SIGTERM or Ctrl-C. */
import process from 'node:process';
import { startStandIn } from '../terraform/provider.ts';
import { startGoogle } from './google.ts';

const projects = process.argv.slice(2);
// Nodes at Google pull without a login; those of a test cluster from a registry that asks for none.
const { BYTECHAT_TEST_OPEN_REGISTRY: open } = process.env;
const google = await startGoogle({
  ...(open !== undefined && { registry: open }),
  ...(projects.length > 0 && { projects: Object.fromEntries(projects.map(id => [id, {}])) }),
});
const provider = await startStandIn(google);
const env = { ...google.env, ...provider.env };
for (const [name, value] of Object.entries(env)) process.stdout.write(`export ${name}='${value}'\n`);

const end = (): void => {
  provider.close();
  void google.stop();
};
process.once('SIGTERM', end);
process.once('SIGINT', end);
