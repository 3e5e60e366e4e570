import type { Json } from './json.ts';

const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** An amount as Kubernetes writes it (`250m`, `1Gi`; k8s.io/apimachinery resource.Quantity) as a number; NaN when it is none. */
export const quantity = (value: Json | undefined): number => {
  const [, digits, unit = ''] =
    /^([0-9]+(?:\.[0-9]+)?)(n|u|m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?$/.exec(String(value)) ?? [];
  return digits === undefined ? Number.NaN : Number(digits) * (UNITS[unit] ?? Number.NaN);
};

const SIZES = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'];

/** The other way round, for people: `250m` of something that is counted, `1.5Gi` of bytes. */
export const quantityAsText = (value: number, inBytes: boolean): string => {
  if (!inBytes) return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
  const unit = SIZES.find(size => value >= (UNITS[size] ?? 1)) ?? '';
  return `${Math.round((value / (UNITS[unit] ?? 1)) * 100) / 100}${unit}`;
};
