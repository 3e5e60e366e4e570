import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker } from '../../support/docker.ts';

/**
 * What arrives in an image that copies its whole context: path, kind, permissions in octal, content or where it points.
 * Rejects when BuildKit refuses.
 */
export const arrivals = async (context: string, place: string): Promise<string[]> => {
  const [dockerfile, output] = [join(place, 'Dockerfile'), join(place, 'out')];
  writeFileSync(dockerfile, 'FROM scratch\nCOPY . /\n');
  rmSync(output, { recursive: true, force: true });
  await docker('buildx', 'build', '--quiet', '--file', dockerfile, '--output', `type=local,dest=${output}`, context);
  return arrivalsBelow(output, '').sort();
};

const arrivalsBelow = (output: string, folder: string): string[] =>
  readdirSync(join(output, folder)).flatMap(name => {
    const path = join(folder, name);
    const at = join(output, path);
    const found = lstatSync(at);
    const mode = (found.mode & 0o7777).toString(8);
    if (found.isSymbolicLink()) return [JSON.stringify([path, 'link', '777', readlinkSync(at)])];
    if (!found.isDirectory()) return [JSON.stringify([path, 'file', mode, readFileSync(at, 'utf8')])];
    return [JSON.stringify([path, 'folder', mode, '']), ...arrivalsBelow(output, path)];
  });
