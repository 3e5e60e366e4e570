/** The images of a real registry, as Artifact Registry would list them. `host`: of a registry that takes access tokens. */
export interface Registry {
  readonly host: string;
  readonly token: string;
}

export interface Image {
  readonly name: string;
  readonly uri: string;
  readonly tags: string[];
  readonly imageSizeBytes: string;
  readonly uploadTime: { readonly seconds: number };
}

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const ask = ({ host, token }: Registry, path: string, method = 'GET'): Promise<Response> =>
  fetch(`http://${host}/v2/${path}`, {
    method,
    headers: { accept: ACCEPT, authorization: `Basic ${Buffer.from(`oauth2accesstoken:${token}`).toString('base64')}` },
  });

/** `repository`: `projects/demo/locations/us-central1/repositories/apps`, which has its images below `demo/apps/`. */
export const imagesIn = async (repository: string, registry: Registry): Promise<Image[]> => {
  const [, project, , , , name] = repository.split('/');
  const { repositories = [] } = (await (await ask(registry, '_catalog?n=1000')).json()) as { repositories?: string[] };
  const below = `${project}/${name}/`;
  const own = repositories.filter(each => each.startsWith(below));
  const found = await Promise.all(own.map(each => imagesOf(each, { below, repository }, registry)));
  return found.flat();
};

const imagesOf = async (
  path: string,
  { below, repository }: { readonly below: string; readonly repository: string },
  registry: Registry,
): Promise<Image[]> => {
  const { tags } = (await (await ask(registry, `${path}/tags/list`)).json()) as { tags?: string[] | null };
  const byDigest = new Map<string, { tags: string[]; size: number }>();
  for (const tag of tags ?? []) {
    const answer = await ask(registry, `${path}/manifests/${tag}`);
    const digest = answer.headers.get('docker-content-digest') ?? '';
    const known = byDigest.get(digest);
    if (known) known.tags.push(tag);
    else if (answer.ok) byDigest.set(digest, { tags: [tag], size: sizeOf(await answer.json()) });
  }
  const image = encodeURIComponent(path.slice(below.length));
  return [...byDigest].map(([digest, { tags: all, size }]) => ({
    name: `${repository}/dockerImages/${image}@${digest}`,
    uri: `${registry.host}/${path}@${digest}`,
    tags: all,
    imageSizeBytes: String(size),
    uploadTime: { seconds: Math.floor(Date.now() / 1000) },
  }));
};

const sizeOf = (manifest: unknown): number => {
  const { layers = [], config } = manifest as { layers?: { size: number }[]; config?: { size: number } };
  return layers.reduce((sum, { size }) => sum + size, config?.size ?? 0);
};

/** `version`: `…/repositories/apps/packages/shop/versions/sha256:…` */
export const deleteIn = async (version: string, registry: Registry): Promise<boolean> => {
  const [, project, , , , repository, , image, , digest] = version.split('/');
  const answer = await ask(
    registry,
    `${project}/${repository}/${decodeURIComponent(image ?? '')}/manifests/${digest}`,
    'DELETE',
  );
  return answer.ok;
};
