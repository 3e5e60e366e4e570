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

/** The metadata server of a machine at Google: with it, application default credentials need no file. */
export const metadataServer = (world: World, tokens: Tokens, port = 0): Promise<Part> => {
  const answer: Answerer = async ({ url = '' }, _body, response) => {
    const path = url.split('?')[0] ?? '';
    const flavor = { 'metadata-flavor': 'Google' };
    try {
      if (path.endsWith('/token'))
        return json(response, 200, await served(world, { method: 'token', request: {} }, () => tokens.issue()), flavor);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, body } = httpError(error.refused);
      return json(response, code, body, flavor);
    }
    const [, text = '{}'] = Object.entries(TEXTS).find(([end]) => path.endsWith(end)) ?? [];
    response.writeHead(200, { 'content-type': 'application/text', ...flavor });
    response.end(text);
  };
  return httpPart(answer, port);
};
