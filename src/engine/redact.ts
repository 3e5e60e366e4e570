/** Shorter values are not hidden: they would hide half of every log. */
const SHORTEST = 6;
const MASK = '[redacted]';

/** Takes secrets out of whatever passes. One for each run; it learns values as they are used. */
export interface Redactor {
  /** From now on, this value is taken out in every form that it may appear in. */
  learn(secret: string): void;
  scrub(text: string): string;
  /** Scrubs every string inside a JSON value, keys included. */
  scrubJson<Value>(value: Value): Value;
  /** For text that comes in pieces: holds back what may be the beginning of a secret. */
  stream(): ScrubStream;
}

export interface ScrubStream {
  push(chunk: string): string;
  end(): string;
}

export const createRedactor = (): Redactor => {
  const forms = new Set<string>();
  let ordered: readonly string[] = [];
  const learn = (secret: string): void => {
    for (const form of formsOf(secret)) forms.add(form);
    ordered = [...forms].sort((a, b) => b.length - a.length);
  };
  const scrub = (text: string): string => ordered.reduce((clean, form) => clean.replaceAll(form, MASK), text);
  return { learn, scrub, scrubJson: value => scrubDeep(value, scrub), stream: () => scrubStream(() => ordered, scrub) };
};

const scrubDeep = <Value>(value: Value, scrub: (text: string) => string): Value => {
  if (typeof value === 'string') return scrub(value) as Value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(item => scrubDeep(item, scrub)) as Value;
  const entries = Object.entries(value).map(([key, item]) => [scrub(key), scrubDeep(item, scrub)]);
  return Object.fromEntries(entries) as Value;
};

/** What may be the beginning of a secret waits for the next chunk, with every secret that it overlaps. */
const scrubStream = (forms: () => readonly string[], scrub: (text: string) => string): ScrubStream => {
  let held = '';
  return {
    push(chunk) {
      const text = held + chunk;
      const cut = cutIn(text, forms());
      held = text.slice(cut);
      return scrub(text.slice(0, cut));
    },
    end() {
      const rest = scrub(held);
      held = '';
      return rest;
    },
  };
};

/** The last place at which the text can be parted: no secret lies across it, and none that begins before it may go on. */
const cutIn = (text: string, forms: readonly string[]): number => {
  let cut = text.length - Math.max(0, ...forms.map(form => overlap(text, form)));
  for (;;) {
    const earlier = Math.min(cut, ...forms.map(form => startAcross(text, form, cut)));
    if (earlier === cut) return cut;
    cut = earlier;
  }
};

const startAcross = (text: string, form: string, cut: number): number => {
  const start = text.indexOf(form, Math.max(0, cut - form.length + 1));
  return start < 0 ? cut : start;
};

/** How long the longest end of the text is that is a beginning of the form, and not yet all of it. */
const overlap = (text: string, form: string): number => {
  let start = text.indexOf(form.charAt(0), Math.max(0, text.length - form.length + 1));
  while (start >= 0 && !form.startsWith(text.slice(start))) start = text.indexOf(form.charAt(0), start + 1);
  return start < 0 ? 0 : text.length - start;
};

/** The secret as it is, each of its longer lines, and both as programs tend to write them. */
const formsOf = (secret: string): string[] => {
  const parts = [secret, ...secret.split(/\r?\n/)].filter(part => part.length >= SHORTEST);
  return [...new Set(parts.flatMap(encodings))].filter(form => form.length >= SHORTEST);
};

const encodings = (text: string): string[] => {
  const json = JSON.stringify(text).slice(1, -1);
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  return [
    text,
    json,
    JSON.stringify(json).slice(1, -1),
    // As Python and others write JSON: in ASCII.
    asciiOf(json),
    JSON.stringify(asciiOf(json)).slice(1, -1),
    encodeURIComponent(text),
    encodeURIComponent(text).replaceAll('%20', '+'),
    encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, code => code.toLowerCase()),
    new URLSearchParams([['', text]]).toString().slice(1),
    text.replaceAll("'", "'\\''"),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].flatMap(offset => base64At(bytes, offset)),
  ];
};

const asciiOf = (text: string): string =>
  text.replaceAll(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The characters of a base64 text that depend on the secret alone, when `offset` other bytes (mod 3) stand before it. */
const base64At = (bytes: Buffer, offset: number): string[] => {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replaceAll('=', '');
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor(((offset + bytes.length) * 8) / 6);
  const core = text.slice(from, to);
  return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
};
