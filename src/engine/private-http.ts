import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request over a unix socket. Rejects when nobody answers in time. */
export const askSocket = (
  socketPath: string,
  ask: { method: string; path: string; body?: string; timeoutMs: number },
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method, path, body, timeoutMs } = ask;
    const outgoing = request(
      { socketPath, method, path, agent: false, signal: AbortSignal.timeout(timeoutMs) },
      incoming => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', chunk => {
          text += chunk;
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: text }));
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
