/** The built client: a page for every room, and assets that never change under their name. */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ROOM_ID } from '../../protocol/room.ts';
import { hostname, isLoopback } from './origin.ts';

export async function clientRoutes(app: FastifyInstance, dir: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: dir,
    // One route for each file that is there: everything else is not found.
    wildcard: false,
    index: ['index.html'],
    cacheControl: false,
    // They would be made of size and time, and the page has the same size in every release; in an image, the same time.
    etag: false,
    lastModified: false,
    setHeaders: (reply, path) => {
      reply.header('cache-control', isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const page = async (request: FastifyRequest<{ Params: { roomId: string } }>, reply: FastifyReply) =>
    ROOM_ID.test(request.params.roomId) ? reply.sendFile('index.html') : reply.callNotFound();
  app.get('/r/:roomId', page);
  app.get('/r/:roomId/', page);
}

/** Vite puts a hash of the content into every name under `assets`. */
const isHashed = (path: string): boolean => /[/\\]assets[/\\][^/\\]+-[\w-]{8,}\.\w+$/.test(path);

/** On every answer. Scripts come from here alone; injected ones could use the keys, though not take them. */
export function securityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': policy(request.headers.host ?? ''),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      // Browsers heed it over https only, and without https there is no chat.
      'strict-transport-security': 'max-age=31536000',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    });
  });
}

function policy(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src 'self'${neighbours(hostname(host))}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // No text becomes a script, or markup that could hold one, whatever a mistake in the page may do.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** A page on loopback looks for the relay on the local ports too. An IPv6 address has no place in a policy. */
const neighbours = (name: string): string =>
  isLoopback(name) && !name.startsWith('[') ? ` http://${name}:* ws://${name}:*` : '';
