/** A token bucket: so many at once, then so many a second. Time comes from outside. */
export interface Bucket {
  tokens: number;
  /** When `tokens` was right, ms. */
  at: number;
}

export interface Rate {
  burst: number;
  perSecond: number;
}

export const fullBucket = ({ burst }: Rate, now: number): Bucket => ({ tokens: burst, at: now });

/** How long until a token is there, in ms; 0: now. */
export function waitMs(bucket: Bucket, rate: Rate, now: number): number {
  refill(bucket, rate, now);
  return bucket.tokens >= 1 ? 0 : Math.ceil(((1 - bucket.tokens) * 1000) / rate.perSecond);
}

/** To be called after `waitMs` has said 0. */
export function take(bucket: Bucket): void {
  bucket.tokens -= 1;
}

function refill(bucket: Bucket, { burst, perSecond }: Rate, now: number): void {
  const passedMs = Math.max(0, now - bucket.at);
  bucket.tokens = Math.min(burst, bucket.tokens + (passedMs * perSecond) / 1000);
  bucket.at = now;
}
