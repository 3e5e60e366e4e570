import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An object of a bucket. */
export interface StoredObject {
  readonly generation: number;
  readonly body: Buffer;
}

/** Stands in for Cloud Storage, as far as Terraform's gcs backend asks: list, read, write with a precondition, delete. */
export interface Storage {
  /** What to say as storage_custom_endpoint. */
  readonly endpoint: string;
  /** By bucket and name: `acme-state/production/default.tfstate`. */
  readonly objects: Map<string, StoredObject>;
  put(path: string, body: string): number;
  close(): void;
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: Buffer;
  readonly type: string;
}

type Answer = readonly [status: number, body: object | Buffer | null, headers?: Record<string, string>];

export const startStorage = async (): Promise<Storage> => {
  const objects = new Map<string, StoredObject>();
  let generation = 1000;
  const put = (path: string, body: Buffer): number => {
    generation += 1;
    objects.set(path, { generation, body });
    return generation;
  };
  const server = createServer(
    (request, response) => void serve(request, response, asked => answer(asked, objects, put)),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/storage/v1/b`,
    objects,
    put: (path, body) => put(path, Buffer.from(body)),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const serve = async (
  request: IncomingMessage,
  response: ServerResponse,
  ask: (asked: Asked) => Answer,
): Promise<void> => {
  const { method = 'GET', url = '/', headers } = request;
  const sent = Buffer.concat(await request.toArray());
  const [status, body, more] = ask({
    method,
    url: new URL(url, 'http://storage'),
    body: sent,
    type: headers['content-type'] ?? '',
  });
  response.writeHead(status, { 'content-type': 'application/json', ...more });
  response.end(body === null || Buffer.isBuffer(body) ? body : JSON.stringify(body));
};

const refusal = (code: number, reason: string): Answer => [
  code,
  { error: { code, message: reason, errors: [{ reason }] } },
];

type Put = (path: string, body: Buffer) => number;

const answer = ({ method, url, body, type }: Asked, objects: Map<string, StoredObject>, put: Put): Answer => {
  const { pathname, searchParams } = url;
  const { bucket, name } = placeIn(pathname);
  if (method === 'POST') {
    const sent = partsOf(body, type);
    const path = `${bucket}/${sent.name ?? searchParams.get('name') ?? ''}`;
    // What a lock is made of: only who finds nothing there may write.
    if (searchParams.get('ifGenerationMatch') === '0' && objects.has(path)) return refusal(412, 'conditionNotMet');
    put(path, sent.body);
    return [200, about(path, objects.get(path) as StoredObject)];
  }
  if (name === '') {
    const prefix = `${bucket}/${searchParams.get('prefix') ?? ''}`;
    return [
      200,
      { items: [...objects].filter(([path]) => path.startsWith(prefix)).map(([path, object]) => about(path, object)) },
    ];
  }
  const path = `${bucket}/${name}`;
  const object = objects.get(path);
  if (!object) return refusal(404, 'notFound');
  if (method === 'DELETE') {
    const wanted = searchParams.get('ifGenerationMatch');
    if (wanted !== null && wanted !== String(object.generation)) return refusal(412, 'conditionNotMet');
    objects.delete(path);
    return [204, null];
  }
  if (searchParams.get('alt') === 'media' || !pathname.includes('/o/'))
    return [200, object.body, { 'x-goog-generation': String(object.generation), 'x-goog-metageneration': '1' }];
  return [200, about(path, object)];
};

/** `/storage/v1/b/BUCKET/o/NAME`, `/upload/storage/v1/b/BUCKET/o`, and for reading bytes `/BUCKET/NAME`. */
const placeIn = (pathname: string): { readonly bucket: string; readonly name: string } => {
  const api = /\/b\/([^/]+)\/o(?:\/(.+))?$/.exec(pathname);
  const [, bucket = '', name = ''] = api ?? /^\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
  return { bucket: decodeURIComponent(bucket), name: decodeURIComponent(name) };
};

const about = (path: string, { generation, body }: StoredObject) => ({
  kind: 'storage#object',
  bucket: path.slice(0, path.indexOf('/')),
  name: path.slice(path.indexOf('/') + 1),
  generation: String(generation),
  metageneration: '1',
  size: String(body.length),
});

/** multipart/related: what the object is called, as JSON, and then its bytes. */
const partsOf = (sent: Buffer, type: string): { readonly name?: string; readonly body: Buffer } => {
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1];
  if (boundary === undefined) return { body: sent };
  const parts = sent.toString('latin1').split(`--${boundary}`);
  const contentOf = (part = ''): string => part.slice(part.indexOf('\r\n\r\n') + 4, part.lastIndexOf('\r\n'));
  const { name } = JSON.parse(contentOf(parts[1])) as { name?: string };
  return { ...(name !== undefined && { name }), body: Buffer.from(contentOf(parts[2]), 'latin1') };
};
