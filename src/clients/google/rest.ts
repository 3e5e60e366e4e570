import type { Json } from '../../core/json.ts';
import { asked, Failed } from './ask.ts';
import { restUrl } from './endpoint.ts';
import { failureOfAnswer, failureOfNetwork } from './failure.ts';
import type { Patience } from './patience.ts';
import { authClient, type Client } from './token.ts';

export interface RestRequest {
  /** Default: GET. Both may be sent twice: every POST that we know sets something, and does not add. */
  readonly method?: 'GET' | 'POST';
  /** `serviceusage.googleapis.com` */
  readonly host: string;
  /** With its query. */
  readonly path: string;
  readonly body?: Json;
  /** For people, after `Google does not let you`. */
  readonly doing: string;
}

/** In ms. */
const TIMEOUT_MS = 20_000;

/** One request to one of Google's REST APIs, through the transport of google-auth-library, which knows proxies. */
export const askRest = async <Body>(request: RestRequest, asking: Omit<Patience, 'api'>): Promise<Body> => {
  const patience = { ...asking, api: request.host };
  return asked(request.doing, token => send<Body>(request, token, patience), patience);
};

const send = async <Body>(
  { method = 'GET', host, path, body }: RestRequest,
  token: string,
  { project, signal }: Patience,
): Promise<Body> => {
  const client = await authClient();
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const options = {
    method,
    url: restUrl(host, path),
    headers: { authorization: `Bearer ${token}`, ...(await payerOf(client, project)) },
    ...(body !== undefined && { data: body }),
    signal: signal ? AbortSignal.any([limit, signal]) : limit,
    retry: false,
    validateStatus: () => true,
  };
  const answer = await client.transporter.request<Body>(options).catch(error => {
    throw new Failed(failureOfNetwork(error));
  });
  if (answer.status < 200 || answer.status > 299) throw new Failed(failureOfAnswer(answer.status, answer.data as Json));
  return answer.data;
};

/** The project that a person's requests count against; without one, Google refuses most of them. */
const payerOf = async (client: Client, project: string): Promise<Record<string, string>> => {
  const { UserRefreshClient } = await import('./auth-library.ts');
  const payer = client.quotaProjectId ?? (client instanceof UserRefreshClient ? project : undefined);
  return payer === undefined ? {} : { 'x-goog-user-project': payer };
};
