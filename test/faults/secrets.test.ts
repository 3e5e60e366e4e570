/** A secret goes to the app and to nobody else: not to a terminal, a program that reads us, or a file of ours. */
import { mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bytechat, type Ran, start } from '../contract/bytechat.ts';

const SECRET = 'hush/puppies+& \'quoted\' "twice" ümlaut';
const forms = [
  SECRET,
  JSON.stringify(SECRET).slice(1, -1),
  encodeURIComponent(SECRET),
  Buffer.from(SECRET).toString('hex'),
  ...[0, 1, 2].map(offset => base64Core(SECRET, offset)),
];

/** The part of a base64 text that depends on the secret alone. */
function base64Core(text: string, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset, 'x'), Buffer.from(text)]).toString('base64');
  return encoded.slice(4, -4);
}

let project: string;
beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'bytechat-secrets-')));
  const range = 5800 + (process.pid % 8) * 10;
  const health = `  health:\n    - http: /healthz\n    - exec: [sh, -c, 'echo checked with {url}']\n`;
  const app = `app:\n  name: leaky\n  files: app\n  command: [node, server.js]\n  port: ${range}-${range + 9}\n  secrets: [TOKEN]\n`;
  writeFileSync(join(project, 'bytechat.yaml'), `${app}${health}health:\n  within: 3\n`);
});
afterEach(async () => {
  await run('destroy', '--data', '--yes');
  await rm(project, { recursive: true, force: true });
});

const run = (...args: string[]): Promise<Ran> => start(project, args, { TOKEN: SECRET }).ended;

/** It tells its secret to everybody who listens, in every form, in pieces too. */
const write = async (ending: string): Promise<void> => {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(join(project, 'app'), { recursive: true });
  writeFileSync(join(project, 'app', 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(project, 'app', 'server.js'),
    `import { createServer } from 'node:http';
const secret = process.env.TOKEN;
console.log('plain', secret, JSON.stringify({ secret }), encodeURIComponent(secret));
console.error('basic', Buffer.from('user:' + secret).toString('base64'), Buffer.from(secret).toString('hex'));
for (const piece of [secret.slice(0, 9), secret.slice(9)]) process.stdout.write(piece);
process.stdout.write('\\n');
${ending}
`,
  );
};

const SERVES =
  "createServer((q, r) => r.writeHead(q.url === '/healthz' ? 200 : 404).end(secret)).listen(process.env.PORT, process.env.HOST);";
const REFUSES =
  "createServer((q, r) => r.writeHead(503).end('no: ' + secret)).listen(process.env.PORT, process.env.HOST);";
const CRASHES = "throw new Error('cannot log in with ' + secret);";

/** Everything of ours but what the app itself prints into its own log. */
const filesOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      entry =>
        entry.isFile() && !entry.parentPath.endsWith('/logs') && !/(^|\/)(bin|supervisor)\b/.test(entry.parentPath),
    )
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

const leaks = (text: string): string[] => forms.filter(form => text.includes(form));

test('whatever the app does with it', { timeout: 120_000 }, async () => {
  const ran: Ran[] = [];
  await write(SERVES);
  ran.push(await run('deploy'));
  expect(ran[0]).toMatchObject({ exit: 0 });
  ran.push(await run('logs'), await run('logs', '--json'), await run('status', '--json'), await run('config', 'show'));
  for (const ending of [CRASHES, REFUSES]) {
    await write(ending);
    ran.push(await run('plan', '--out', `${project}/plan.json`));
    ran.push(await run('deploy'), await run('deploy', '--json'));
  }
  ran.push(await run('history'), await run('history', '--json'), await run('validate', '--json'));
  const said = ran.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  expect(said).toContain('[redacted]');
  expect(leaks(said)).toEqual([]);
  expect(leaks(filesOf(join(project, '.bytechat')))).toEqual([]);
  expect(leaks(readFileSync(join(project, 'plan.json'), 'utf8'))).toEqual([]);
});

test('it is asked for when it is missing, before anything is changed', async () => {
  await write(SERVES);
  const ran = await bytechat(project, 'deploy');
  expect(ran).toMatchObject({ exit: 2 });
  expect(ran.stderr).toContain('export TOKEN');
  expect(readdirSync(project).sort()).toEqual(['app', 'bytechat.yaml']);
});
