/** Access tokens: who has one that still lasts is let in. */
export interface Tokens {
  /** Gives one out. With `isFresh` each is another. */
  issue(): { readonly access_token: string; readonly expires_in: number; readonly token_type: 'Bearer' };
  /** Of `Bearer …`; a token that was given out, and not revoked, and whose time is not over. */
  isGood(authorization: string | undefined): boolean;
  /** No token that is out is good any longer. */
  revoke(): void;
  /** How many were given out. */
  readonly issued: number;
  /** In seconds. */
  lifetime: number;
  isFresh: boolean;
}

export const createTokens = (token: string): Tokens => {
  const good = new Map<string, number>();
  let issued = 0;
  return {
    lifetime: 3599,
    isFresh: false,
    issue() {
      issued += 1;
      const access_token = this.isFresh ? `${token}-${issued}` : token;
      good.set(access_token, Date.now() + this.lifetime * 1000);
      return { access_token, expires_in: this.lifetime, token_type: 'Bearer' };
    },
    isGood: authorization => (good.get(authorization?.replace(/^Bearer /, '') ?? '') ?? 0) > Date.now(),
    revoke: () => good.clear(),
    get issued() {
      return issued;
    },
  };
};
