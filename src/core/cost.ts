/** USD a month. The two differ where it depends on how busy the app is. */
export interface Monthly {
  readonly low: number;
  readonly high: number;
}

/** What one part of a plan comes to. */
export interface Cost {
  readonly what: string;
  /** Below zero for what is given back. Null: nobody here knows, and it is in no total. */
  readonly monthly: Monthly | null;
  /** What it is counted from, and what it depends on. */
  readonly because: string;
  /** What would make it less, where anything would: an imperative. */
  readonly less?: string;
}

/** What a plan comes to. Always an estimate: from list prices of a day, without traffic. */
export interface Estimate {
  readonly costs: readonly Cost[];
  /** Of all that is known. */
  readonly total: Monthly;
  /** When the list of prices was written: `2026-11`. */
  readonly prices: string;
  /** The region that these are the prices of. */
  readonly region: string;
  /** Where it will be, when there are no prices of that region. */
  readonly elsewhere?: string;
}

/** The total is never below zero: what is given back is not paid out. */
export const totalOf = (costs: readonly Cost[]): Monthly => {
  const sum = (end: keyof Monthly): number =>
    Math.max(
      0,
      costs.reduce((so, { monthly }) => so + (monthly?.[end] ?? 0), 0),
    );
  return { low: sum('low'), high: sum('high') };
};

export const unknownIn = ({ costs }: Pick<Estimate, 'costs'>): readonly Cost[] =>
  costs.filter(({ monthly }) => monthly === null);

/** `$18.25`, `-$73.00`. */
export const dollars = (amount: number): string => `${amount < 0 ? '-' : ''}$${Math.abs(amount).toFixed(2)}`;

/** `$18.25`, `$9.92 to $49.60`, `unknown`. */
export const monthlyAsText = (monthly: Monthly | null): string => {
  if (monthly === null) return 'unknown';
  const [low, high] = [dollars(monthly.low), dollars(monthly.high)];
  return low === high ? low : `${low} to ${high}`;
};

/** `about $29 a month (list prices of 2026-11, us-central1; an estimate, without traffic)`. */
export const estimateAsText = (estimate: Estimate): string => {
  const { total, prices, region, elsewhere } = estimate;
  const [low, high] = [Math.round(total.low), Math.round(total.high)];
  const amount = low === high ? `$${low}` : `$${low} to $${high}`;
  const [how, more] = unknownIn(estimate).length > 0 ? ['at least', ' and what is unknown'] : ['about', ''];
  const where = elsewhere === undefined ? region : `${region}'s, for want of ${elsewhere}'s`;
  return `${how} ${amount} a month${more} (list prices of ${prices}, ${where}; an estimate, without traffic)`;
};
