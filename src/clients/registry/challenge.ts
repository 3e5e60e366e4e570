/** How a registry wants to be asked: its WWW-Authenticate header, as far as it is understood. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string; readonly scope: string };

/** Bearer before Basic, where both are offered; undefined when it is neither. */
export const challengeOf = (header: string | null): Challenge | undefined => {
  const offers = [...(header ?? '').matchAll(OFFER)].map(([, scheme = '', rest = '']) => ({
    scheme: scheme.toLowerCase(),
    values: valuesOf(rest),
  }));
  const bearer = offers.find(({ scheme }) => scheme === 'bearer')?.values;
  if (bearer?.realm !== undefined) {
    const { realm, service = '', scope = '' } = bearer;
    return { scheme: 'bearer', realm, service, scope };
  }
  return offers.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined;
};

/** A scheme, and what belongs to it: pairs with commas between them, up to the next word without an equals sign. */
const OFFER = /(?:^|,\s*)(\w+)(?:\s+((?:\w+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,]+)\s*,?\s*)+)|\s*(?=,|$))/g;
const PAIR = /(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g;

const valuesOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(PAIR)].map(([, key = '', quoted, bare = '']) => [
      key.toLowerCase(),
      quoted?.replaceAll(/\\(.)/g, '$1') ?? bare,
    ]),
  );
