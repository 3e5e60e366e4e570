import { type Agent, request } from 'node:http';

export interface Asked {
  readonly at: number;
  readonly ms: number;
  /** What came back, or why nothing did. */
  readonly body?: string;
  readonly failed?: string;
}

/** One GET on a connection of its own, unless an agent keeps one. */
export const get = (url: string, agent: Agent | false = false): Promise<string> =>
  new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, timeout: 90_000 }, incoming => {
      let text = '';
      incoming.setEncoding('utf8').on('data', chunk => {
        text += chunk;
      });
      incoming.on('end', () => resolve(text));
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });

export const timed = async (url: string, agent: Agent | false = false): Promise<Asked> => {
  const at = performance.now();
  try {
    const body = await get(url, agent);
    return { at, ms: performance.now() - at, body };
  } catch (error) {
    return { at, ms: performance.now() - at, failed: String(error) };
  }
};

/** Asks so many times a second, each on a new connection, until the work is done. */
export const askingDuring = async (url: string, perSecond: number, work: () => Promise<unknown>): Promise<Asked[]> => {
  const asked: Promise<Asked>[] = [];
  const timer = setInterval(() => asked.push(timed(url)), 1000 / perSecond);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Promise.all(asked);
};

/** The value below which so many of a hundred lie. */
export const percentile = (values: readonly number[], percent: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * percent) / 100))] ?? 0;
