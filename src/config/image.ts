import { join } from 'node:path';
import { BytechatError } from '../core/problem.ts';
import { isInCluster } from '../core/target.ts';
import type { Config, Image } from './config.ts';
import { imagesFolder } from './state.ts';

/** How the app becomes an image; whoever asks runs images. */
export const imageIn = ({ app: { image } }: Pick<Config, 'app'>): Image => {
  if (image) return image;
  throw new BytechatError({
    code: 'missing-value',
    message: 'app has no image, so there is nothing to build',
    fix: 'add app.image with its dockerfile',
  });
};

/** What an image is built from. When the config names no platform: that of the daemon, or, for a cluster, what most nodes run on. */
export const buildSubject = (config: Config, daemon: string) => {
  const usual = isInCluster(config.target) ? 'linux/amd64' : daemon;
  const { context, dockerfile, args, stage, platform = usual } = imageIn(config);
  return { context, dockerfile, args, platform, ...(stage !== undefined && { stage }) };
};

/** Where it is kept what the last image was built from: the same for all targets that run it. */
export const stampOf = ({ root, environment = 'default' }: Pick<Config, 'root' | 'environment'>): string =>
  join(imagesFolder(root), `${environment}.json`);

/** What was printed when an image was built. */
export const buildLogOf = ({ root }: Pick<Config, 'root'>, tag: string): string =>
  join(imagesFolder(root), `${tag}.log`);
