import { request } from 'node:http';

export interface Load {
  /** Ends the load; what every request got, and what went wrong. */
  stop(): Promise<{ readonly bodies: readonly string[]; readonly failures: readonly string[] }>;
}

/** Asks for `/` so often a second, each time on a new connection, whatever happened to the last one. */
export const loadOn = (url: string, perSecond: number): Load => {
  const bodies: string[] = [];
  const failures: string[] = [];
  const pending = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const one = ask(url)
      .then(
        body => void bodies.push(body),
        error => void failures.push(String(error)),
      )
      .finally(() => pending.delete(one));
    pending.add(one);
  }, 1000 / perSecond);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      return { bodies, failures };
    },
  };
};

/** One request on a connection of its own. */
export const ask = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, timeout: 20_000 }, incoming => {
      let body = '';
      incoming.setEncoding('utf8').on('data', chunk => {
        body += chunk;
      });
      incoming.on('end', () =>
        incoming.statusCode === 200 ? resolve(body) : reject(new Error(`${incoming.statusCode} ${body}`)),
      );
      incoming.on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 20 s')));
    outgoing.on('error', reject).end();
  });
