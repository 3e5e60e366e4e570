/** The relay that lies, on its own account: it leaves entries out, swaps and repeats them, and numbers what is left. */

import type { Transport } from '../../../chat-app/client/session/transport.ts';
import { decodeClientFrame, encodeRelayFrame } from '../../../chat-app/protocol/frames.ts';
import { hello } from '../liar/liar.ts';
import { type Guest, Room, type Told, type Visit } from '../liar/room.ts';

/** What becomes of an entry on its way to one guest. */
export type Fate = 'told' | 'lost' | 'twice' | 'after the next';

export class NoisyRoom extends Room {
  /** What becomes of the next entries; when it has come to its end all are told. */
  fates: Iterator<Fate> = [][Symbol.iterator]();
  readonly #held = new Map<Guest, Told[]>();

  override tell(guest: Guest, told: Told): void {
    const fate = this.fates.next().value ?? 'told';
    if (fate === 'lost') return;
    if (fate === 'after the next') {
      this.#held.set(guest, [...(this.#held.get(guest) ?? []), told]);
      return;
    }
    super.tell(guest, told);
    if (fate === 'twice') super.tell(guest, told);
    this.release(guest);
  }

  /** What waited for the next is told. */
  release(guest: Guest): void {
    const held = this.#held.get(guest) ?? [];
    this.#held.delete(guest);
    for (const each of held) super.tell(guest, each);
  }
}

/** Connections to it, without a network: each frame arrives in a turn of its own. */
export const transportTo = (room: Room): Transport => ({
  open: (_, listener) => {
    let open = true;
    const visit: Visit = {
      guest: undefined,
      say: (...frames) => {
        for (const frame of frames) queueMicrotask(() => open && listener.frame(encodeRelayFrame(frame)));
      },
      cut: () => {
        open = false;
        listener.closed(1006);
      },
    };
    visit.say(hello());
    return {
      send: data => {
        if (open) room.hear(decodeClientFrame(data), visit);
      },
      close: () => {
        open = false;
      },
    };
  },
});
