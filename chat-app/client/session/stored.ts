/** What is stored of a session by now, and what a turn has changed of it. */
import type { Bytes } from '../../protocol/bytes.ts';
import { equal } from '../../protocol/bytes.ts';
import type { Verification, Verified } from '../crypto/index.ts';
import { pack } from '../crypto/pack.ts';
import type { Desk } from './desk.ts';
import type { Outbox, Waiting } from './outbox.ts';
import { difference, type Scrollback, scrollbackOf } from './scrollback.ts';
import type { Found, Keeping, KeptDesk, KeptLine, KeptRoom } from './vault.ts';

export interface Stored {
  room: Bytes | undefined;
  desk: Bytes | undefined;
  draft: string;
  scrollback: Scrollback;
  verified: ReadonlyMap<string, Verification>;
}

export const storedOf = ({ room, desk, draft, items }: Found, verified: Verified): Stored => ({
  room: room && pack(room),
  desk: desk && pack(desk),
  draft,
  scrollback: scrollbackOf(items),
  verified: new Map(verified),
});

/** Undefined when there is nothing to store. */
export function changesOf(desk: Desk): { keeping: Keeping; stored: Stored } | undefined {
  const { stored: before, draft } = desk;
  const [room, kept] = [roomOf(desk), deskOf(desk)];
  const { put, drop, after: scrollback } = difference(before.scrollback, desk.state.items);
  const verified = [...desk.verified].filter(([identity, said]) => before.verified.get(identity) !== said);
  const stored = { room: room && pack(room), desk: pack(kept), draft, scrollback, verified: new Map(desk.verified) };
  const keeping: Keeping = {
    ...(room && isOther(before.room, stored.room) && { room }),
    ...(desk.kept && desk.dirty && mayFreeze(desk) && { frozen: desk.kept.freeze() }),
    ...(isOther(before.desk, stored.desk) && { desk: kept }),
    ...(draft !== before.draft && { draft }),
    ...{ put, drop, verified, strict: desk.post.holds() },
  };
  const nothing = put.length + drop.length + verified.length === 0 && Object.keys(keeping).length === ALWAYS;
  return nothing ? undefined : { keeping, stored };
}

/** `put`, `drop`, `verified` and `strict` are always there. */
const ALWAYS = 4;

const isOther = (before: Bytes | undefined, now: Bytes | undefined): boolean =>
  before === undefined || now === undefined || !equal(before, now);

/** The link secret counts once it has opened the room. */
const mayFreeze = ({ state, back }: Desk): boolean => state.inside || back;

function roomOf({ roomId, secret, state, kept, shelf }: Desk): KeptRoom | undefined {
  const { room } = shelf.found;
  const remembered = kept?.remembered ?? room?.remembered;
  if (!remembered) return undefined;
  const inside = state.inside && state.ended !== 'left';
  return { roomId, secret: state.inside ? secret : room?.secret, inside, remembered };
}

const deskOf = ({ state, outbox, alone, leftAlone, forks, met }: Desk): KeptDesk => ({
  remarks: state.remarks,
  banners: state.banners,
  repeated: state.repeated,
  plain: state.plain,
  outbox: outbox.map(bare),
  alone: alone.map(bare),
  ...{ leftAlone, forks, met },
});

const bare = ({ frame, step, ...line }: Waiting): KeptLine => line;

/** As it was kept: to be sealed anew, once the log is complete. */
export const waiting = (lines: readonly KeptLine[] = []): Outbox =>
  lines.map(line => ({ ...line, frame: undefined, step: { kind: 'queued' } }));
