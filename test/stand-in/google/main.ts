/** `node test/stand-in/google/main.ts [project …]`: prints what a shell needs, and stays until SIGTERM or Ctrl-C. */
import process from 'node:process';
import { startGoogle } from './google.ts';

const projects = process.argv.slice(2);
const google = await startGoogle({
  ...(projects.length > 0 && { projects: Object.fromEntries(projects.map(id => [id, {}])) }),
});
for (const [name, value] of Object.entries(google.env)) process.stdout.write(`export ${name}=${value}\n`);

const end = (): void => void google.stop();
process.once('SIGTERM', end);
process.once('SIGINT', end);
