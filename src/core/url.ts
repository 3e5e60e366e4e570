const LOOPBACK = new Set(['127.0.0.1', '::1', '0.0.0.0', '::']);

/** Loopback is told as `localhost`: browsers allow encryption there. */
export const urlOf = (host: string, port: number): string =>
  `http://${LOOPBACK.has(host) ? 'localhost' : host}:${port}`;
