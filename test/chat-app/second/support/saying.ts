/** What a client does with one line until the relay has it (section 8). */
import { Refused } from '../implementation/bytes.ts';
import type { Body } from '../implementation/content.ts';
import type { Happening } from '../implementation/state.ts';
import type { Told } from './inbox.ts';
import { lastSeq } from './inbox.ts';
import type { Person } from './person.ts';

export interface Said {
  id: string;
  /** For whom it was sealed last. */
  readers: string[];
}

type Sealed = Awaited<ReturnType<Person['core']['seal']>>;

/** Undefined when there is nobody to seal it for. `meanwhile` happens right after the line was sent. */
export async function say(me: Person, body: Body, meanwhile?: () => Promise<void>): Promise<Said | undefined> {
  const sealed = await seal(me, body);
  if (!sealed) return undefined;
  const before = lastSeq(me.inbox);
  me.socket?.say(sealed.frame);
  if (!meanwhile) return seeThrough(me, { body, sealed });
  await meanwhile();
  if (me.inbox.happened.some(each => each.what === 'delivered' && each.id === sealed.id)) return sealed;
  const again = hasChanged(me, before) ? await seal(me, body, sealed.id) : sealed;
  if (!again) return undefined;
  me.socket?.say(again.frame);
  return seeThrough(me, { body, sealed: again });
}

async function seeThrough(me: Person, { body, sealed }: { body: Body; sealed: Sealed }): Promise<Said | undefined> {
  const answer = await answerTo(me, sealed.id);
  if (answer.what === 'delivered' || answer.code === 'duplicate') return sealed;
  const next = answer.code === 'stale-roster' ? await sealAnew(me, body, answer) : sealed;
  if (answer.code === 'slow-down') await me.place.pass(answer.retryMs ?? 0);
  else if (answer.code !== 'stale-roster') throw new Error(`${me.core.name} cannot say a line: ${answer.code}`);
  if (!next) return undefined;
  me.socket?.say(next.frame);
  return seeThrough(me, { body, sealed: next });
}

const answerTo = ({ inbox }: Person, id: string): Promise<Told<'delivered' | 'no'>> =>
  inbox.next((each): each is Told<'delivered' | 'no'> => isAnswer(each) && each.id === id);

const isAnswer = (each: Happening): each is Told<'delivered' | 'no'> => each.what === 'delivered' || each.what === 'no';

async function sealAnew(me: Person, body: Body, { id, seq = 0 }: Told<'no'>): Promise<Sealed | undefined> {
  await me.inbox.until(() => lastSeq(me.inbox) >= seq || undefined);
  await me.work;
  return seal(me, body, id);
}

async function seal({ core }: Person, body: Body, id?: string): Promise<Sealed | undefined> {
  try {
    return await core.seal(body, id);
  } catch (error) {
    if (codeOf(error) === 'alone') return undefined;
    throw error;
  }
}

const hasChanged = ({ inbox }: Person, after: number): boolean =>
  [...inbox.entries].some(([seq, { type }]) => seq > after && (type === 'join' || type === 'leave'));

/** Of a failure of either implementation. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof Refused) return error.code;
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
