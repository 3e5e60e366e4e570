import { served } from './faults.ts';
import { type Answerer, httpPart, json, type Part } from './http.ts';
import { httpError, Refusal } from './refusal.ts';
import type { Tokens } from './tokens.ts';
import type { World } from './world.ts';

export const ACCOUNT = 'deployer@bytechat-demo.iam.gserviceaccount.com';

const TEXTS: Readonly<Record<string, string>> = {
  '/email': ACCOUNT,
  '/project/project-id': 'bytechat-demo',
  '/universe/universe-domain': 'googleapis.com',
  '/universe/universe_domain': 'googleapis.com',
};

const textOf = (path: string): string => Object.entries(TEXTS).find(([end]) => path.endsWith(end))?.[1] ?? '{}';

/** The metadata server of a machine at Google: with it, application default credentials need no file. */
export const metadataServer = (world: World, tokens: Tokens, port = 0): Promise<Part> => {
  const answer: Answerer = async ({ url = '' }, _body, response) => {
    const path = url.split('?')[0] ?? '';
    const flavor = { 'metadata-flavor': 'Google' };
    try {
      if (path.endsWith('/token'))
        return json(response, 200, await served(world, { method: 'token', request: {} }, () => tokens.issue()), flavor);
      const text = await served(world, { method: `metadata ${path}`, request: {} }, () => textOf(path));
      response.writeHead(200, { 'content-type': 'application/text', ...flavor }).end(text);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // It says no in plain words, unlike Google's other servers.
      response.writeHead(httpError(error.refused).code, { 'content-type': 'text/plain', ...flavor });
      response.end(error.refused.message);
    }
  };
  return httpPart(answer, port);
};
