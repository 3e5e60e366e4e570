import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';

const dist = join(dirname(dirname(import.meta.dirname)), 'dist');

/** What of Node itself is loaded once these files of dist are. */
const loadedBy = (...files: readonly string[]): string[] => {
  const imports = files.map(file => `await import(${JSON.stringify(join(dist, file))});`).join('\n');
  const script = `${imports}\nprocess.stdout.write(process.moduleLoadList.join('\\n'));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  return output.split('\n').map(line => line.replace(/^\w+ /, ''));
};

const chunk = (name: string): string => {
  const [found] = globSync(`chunks/${name}-*.js`, { cwd: dist });
  if (found === undefined) throw new Error(`dist has no chunk ${name}`);
  return found;
};

test('nobody who starts waits for fetch, which nothing here calls', () => {
  const loaded = loadedBy('index.js', chunk('run'), chunk('config'), chunk('execa'));
  expect(loaded).toContain('http');
  expect(loaded.filter(name => name.includes('undici'))).toEqual([]);
});

test('no bundle of the tool holds the clients that the kubeconfig has for itself', () => {
  const bundles = globSync(['*.js', 'chunks/*.js'], { cwd: dist });
  expect(bundles).toContain('forwarder.js');
  const heavy = bundles.filter(file =>
    /node_modules\/(undici|@kubernetes\/client-node\/dist\/gen\/apis)\//.test(readFileSync(join(dist, file), 'utf8')),
  );
  expect(heavy).toEqual([]);
});
