/** How a registry wants to be asked: its WWW-Authenticate header, as far as it is understood. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string; readonly scope: string };

/** Bearer before Basic, where both are offered; undefined when it is neither. */
export const challengeOf = (header: string | null): Challenge | undefined => {
  const offers = offersIn(header ?? '');
  const bearer = offers.find(({ scheme }) => scheme === 'bearer')?.values;
  if (bearer?.realm !== undefined) {
    const { realm, service = '', scope = '' } = bearer;
    return { scheme: 'bearer', realm, service, scope };
  }
  return offers.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined;
};

/** A pair, or a word that stands alone: it begins the next offer. */
const PART = /(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))|([\w-]+)/g;

interface Offer {
  readonly scheme: string;
  readonly values: Record<string, string>;
}

const offersIn = (header: string): Offer[] => {
  const offers: Offer[] = [];
  for (const [, key = '', quoted, bare = '', scheme] of header.matchAll(PART)) {
    if (scheme !== undefined) offers.push({ scheme: scheme.toLowerCase(), values: {} });
    else
      Object.assign(offers.at(-1)?.values ?? {}, { [key.toLowerCase()]: quoted?.replaceAll(/\\(.)/g, '$1') ?? bare });
  }
  return offers;
};
