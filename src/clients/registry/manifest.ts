import { createHash } from 'node:crypto';
import type { Answer, Headed } from './fetch.ts';

/** What a manifest says that matters here: of an image, or of an index of images. */
export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  /** Bytes of the manifest itself. */
  readonly size: number;
  /** Of an image: where its config is, and the bytes of config and layers. */
  readonly config?: { readonly digest: string };
  readonly bytes: number;
  /** Of an index: what it leads to. */
  readonly children: readonly Child[];
}

interface Child {
  readonly digest: string;
  /** False for what only accompanies an image: where it comes from, who signed it. */
  readonly isImage: boolean;
  /** `linux/amd64`; empty when it does not say. */
  readonly platform: string;
}

const INDEXES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const IMAGES = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];

/** A registry hands out an older form, or nothing, to whoever does not name these. */
export const ACCEPT = [...INDEXES, ...IMAGES].join(', ');

interface Platform {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
}

interface Written {
  readonly mediaType?: string;
  readonly config?: { readonly digest: string; readonly size?: number };
  readonly layers?: readonly { readonly size?: number }[];
  readonly manifests?: readonly { readonly digest: string; readonly platform?: Platform }[];
}

export const manifestIn = ({ headers, text }: Answer): Manifest => {
  const { mediaType, config, layers = [], manifests = [] } = parse(text);
  const sizes = [config?.size ?? 0, ...layers.map(({ size = 0 }) => size)];
  return {
    digest: headers.get('docker-content-digest') ?? digestOf(text),
    mediaType: mediaType ?? typeIn(headers),
    size: Buffer.byteLength(text),
    ...(config && { config }),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    children: manifests.map(({ digest, platform = {} }) => ({
      digest,
      isImage: platform.os !== 'unknown',
      platform: platformText(platform),
    })),
  };
};

const platformText = ({ os, architecture, variant }: Platform): string =>
  [os, architecture, variant].filter(Boolean).join('/');

export const typeIn = (headers: Headed): string => (headers.get('content-type') ?? '').split(';')[0] ?? '';

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** What the config of an image says. Empty where it says nothing. */
export interface ImageConfig {
  readonly created: string;
  readonly platform: string;
}

export const configIn = (text: string): ImageConfig => {
  const { created = '', ...platform } = parse(text) as Platform & { readonly created?: string };
  return { created, platform: platformText(platform) };
};

const parse = (text: string): Written => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
};
