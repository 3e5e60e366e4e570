/** Who is who: keys pinned by name at first sight, and people who were verified (e2ee/1, section 9). */
import type { Bundle } from '../../protocol/bundle.ts';
import type { Bytes } from '../../protocol/bytes.ts';
import { equal } from '../../protocol/bytes.ts';
import { fail } from '../../protocol/failure.ts';
import { hex } from '../../protocol/text.ts';
import type { TrustEvent } from './events.ts';

export interface Pin {
  ik: Bytes;
  /** The newest bundle seen of this identity, milliseconds since 1970. */
  created: number;
  firstSeen: number;
}

/** By name, of one room. */
export type Pins = Map<string, Pin>;

export interface Verification {
  /** Under which name the person was verified. */
  name: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** By hexadecimal identity, shared by all rooms. */
export type Verified = Map<string, Verification>;

export interface Trust {
  pins: Pins;
  verified: Verified;
}

type Shown = Pick<Bundle, 'name' | 'ik' | 'created'>;

/** Says what is new about this person; fails with `bundle-rollback` on what no honest client would announce. */
export function meet({ pins, verified }: Trust, shown: Shown, now: number): TrustEvent[] {
  const { name, ik, created } = shown;
  const who = { name, identity: hex(ik) };
  const pin = pins.get(name);
  const same = pin !== undefined && equal(pin.ik, ik);
  if (same && created < pin.created) fail('bundle-rollback', name);
  if (pin && !same && verified.has(hex(pin.ik))) return [{ type: 'verified-key-changed', ...who }];
  setPin(pins, shown, now);
  const verifiedAs = verified.get(who.identity)?.name ?? name;
  const events: TrustEvent[] = same ? [] : [{ type: pin ? 'key-changed' : 'new-key', ...who }];
  return verifiedAs === name ? events : [...events, { type: 'other-name', verifiedAs, ...who }];
}

/** True while this key stands under a verified person's name and has not been accepted, also after a restart. */
export function isBlocked({ pins }: Trust, { name, ik }: Shown): boolean {
  const pin = pins.get(name);
  return pin !== undefined && !equal(pin.ik, ik);
}

/** From now on the name means the key that was shown. */
export const accept = ({ pins }: Trust, shown: Shown, now: number): void => setPin(pins, shown, now);

/** The numbers were compared: the key that was shown is this person's, in all rooms. */
export function verifyPerson(trust: Trust, shown: Shown, now: number): void {
  accept(trust, shown, now);
  trust.verified.set(hex(shown.ik), { name: shown.name, at: now });
}

function setPin(pins: Pins, { name, ik, created }: Shown, now: number): void {
  const pin = pins.get(name);
  const firstSeen = pin && equal(pin.ik, ik) ? pin.firstSeen : now;
  pins.set(name, { ik, created, firstSeen });
}
