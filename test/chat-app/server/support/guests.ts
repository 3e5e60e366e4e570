/** Several guests in one room, who all know that they are there. */
import type { Guest, GuestOptions } from './guest.ts';
import { guest } from './guest.ts';

export async function guests(url: string, names: readonly string[], options: GuestOptions = {}): Promise<Guest[]> {
  const there: Guest[] = [];
  for (const name of names) {
    const one = await guest(url, name, options);
    await one.join();
    for (const other of there) other.memberSeq = (await other.wire.hears('join')).seq;
    there.push(one);
  }
  return there;
}
