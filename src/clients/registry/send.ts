import { type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { Ask } from './fetch.ts';

const MOST_MOVES = 5;
const MOVED = [301, 302, 303, 307, 308];

/**
 * Sends it, and what only reads also to where it is sent on to: some registries keep their answers elsewhere. Not by
 * `fetch`, which takes 20 ms to load.
 */
export const send = async (ask: Ask, signal: AbortSignal, moves = MOST_MOVES): Promise<IncomingMessage> => {
  const answer = await sendOnce(ask, signal);
  const { location } = answer.headers;
  const isMoved = MOVED.includes(answer.statusCode ?? 0) && ['GET', 'HEAD'].includes(ask.method);
  if (!isMoved || location === undefined) return answer;
  answer.resume();
  if (moves === 0) throw new Error(`it sends us from one address to the next, ${MOST_MOVES} times`);
  return send(movedTo(location, ask), signal, moves - 1);
};

/** The login is for whoever asked for it, and for nobody else. */
const movedTo = (location: string, { headers = {}, ...ask }: Ask): Ask => {
  if (!URL.canParse(location, ask.url)) throw new Error(`it sends us on to ${location}, which is no address`);
  const url = new URL(location, ask.url);
  const { authorization, ...open } = headers;
  return { ...ask, url: url.href, headers: url.origin === new URL(ask.url).origin ? headers : open };
};

const sendOnce = ({ method, url, headers, body }: Ask, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? secure : plain;
    const asked = { method, headers: { 'user-agent': 'bytechat', ...headers }, signal };
    request(url, asked, resolve).on('error', reject).end(body);
  });
