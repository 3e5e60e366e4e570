/** A token bucket: so many at once, then so many a second. Time comes from outside; a token is worth some of it. */
export interface Bucket {
  creditMs: number;
  /** When that was right, ms. */
  at: number;
}

export interface Rate {
  burst: number;
  perSecond: number;
}

const costMs = ({ perSecond }: Rate): number => 1000 / perSecond;

export const fullBucket = (rate: Rate, now: number): Bucket => ({ creditMs: rate.burst * costMs(rate), at: now });

/** How long until a token is there, in ms; 0: now. */
export function waitMs(bucket: Bucket, rate: Rate, now: number): number {
  // A clock that is put back gives nothing and takes nothing.
  const passedMs = Math.max(0, now - bucket.at);
  bucket.creditMs = Math.min(rate.burst * costMs(rate), bucket.creditMs + passedMs);
  bucket.at = now;
  return Math.max(0, costMs(rate) - bucket.creditMs);
}

/** To be called after `waitMs` has said 0. */
export function take(bucket: Bucket, rate: Rate): void {
  bucket.creditMs -= costMs(rate);
}
