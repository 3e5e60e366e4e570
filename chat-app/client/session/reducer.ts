import { amended } from './amending.ts';
import type { Change } from './changes.ts';
import type { Banner, Line, LogItem, Person, Remark, RoomState, Typist } from './state.ts';

/** What a room looks like before the relay has answered. */
export const outside = (roomId: string, name: string, linked: boolean): RoomState => ({
  roomId,
  name,
  linked,
  inside: false,
  refusal: undefined,
  ended: undefined,
  connection: { kind: 'connecting' },
  people: [],
  outsiders: [],
  items: [],
  remarks: 0,
  banners: [],
  repeated: 0,
  halt: undefined,
  question: undefined,
  plain: false,
  typing: [],
  unread: 0,
  firstUnread: undefined,
  looking: true,
});

/** One thing happened: what does the room look like now? */
export function reduce(state: RoomState, change: Change): RoomState {
  switch (change.type) {
    case 'entered':
      return { ...state, inside: true, refusal: undefined };
    case 'refused':
      return { ...state, refusal: change.refusal };
    case 'ended':
      return { ...state, ended: change.how };
    case 'connection':
      return { ...state, connection: change.connection };
    case 'halt':
      return { ...state, halt: change.halt };
    case 'question':
      return { ...state, question: change.question };
    case 'plain':
      return { ...state, plain: change.on };
    case 'repeated':
      return { ...state, repeated: state.repeated + 1 };
    case 'looking':
      return withLooking(state, change.looking);
    case 'typing':
      return { ...state, typing: [...others(state.typing, change.who.identity), change.who] };
    case 'typed':
      return withTyped(state, change);
    default:
      return reducePeople(state, change);
  }
}

type PeopleChange = Changes['roster' | 'away' | 'presence'];
type AmendingChange = Changes['edited' | 'deleted' | 'reacted'];
type ShownChange =
  | AmendingChange
  | Changes['line' | 'remark' | 'delivery' | 'kept' | 'discarded' | 'banner' | 'dismissed'];

function reducePeople(state: RoomState, change: PeopleChange | ShownChange): RoomState {
  switch (change.type) {
    case 'roster':
      return { ...state, people: withPresence(change.people, state.people), outsiders: change.outsiders };
    case 'away':
      return {
        ...state,
        people: state.people.map(person => seen(person, change.sids.includes(person.sid), change.at)),
      };
    case 'presence':
      return withOnePresence(state, change);
    default:
      return reduceShown(state, change);
  }
}

function reduceShown(state: RoomState, change: ShownChange): RoomState {
  switch (change.type) {
    case 'line':
      return withLine(state, change.line);
    case 'remark':
      return withRemark(state, change.remark);
    case 'delivery':
      return { ...state, items: replaceLine(state.items, change) };
    case 'kept':
      return { ...state, items: state.items.map(item => (item.key === change.key ? onlyYou(item) : item)) };
    case 'discarded':
      return { ...state, items: state.items.filter(item => item.key !== change.key) };
    case 'banner':
      return { ...state, banners: withBanner(state.banners, change.banner) };
    case 'dismissed':
      return { ...state, banners: state.banners.filter(banner => banner.key !== change.key) };
    default:
      return { ...state, items: amended(state.items, change) };
  }
}

const others = (typing: Typist[], identity: string | undefined): Typist[] =>
  typing.filter(one => one.identity !== identity);

/** Nobody new is no change: nothing is drawn again. */
function withTyped(state: RoomState, { at, identity }: Changes['typed']): RoomState {
  const typing = others(state.typing, identity).filter(({ until }) => until > at);
  return typing.length === state.typing.length ? state : { ...state, typing };
}

/** The log knows who is a member, the relay's remarks who is here: a new roster keeps what they said. */
const withPresence = (people: Changes['roster']['people'], before: Person[]): Person[] =>
  people.map(person => {
    const { presence = 'here', since } = before.find(({ sid }) => sid === person.sid) ?? {};
    return { ...person, presence, ...(since === undefined ? {} : { since }) };
  });

type Changes = { [E in Change as E['type']]: E };

/** An away that is said again keeps the time of the first. */
function seen(person: Person, away: boolean, at: number): Person {
  if (away) return person.presence === 'away' ? person : { ...person, presence: 'away', since: at };
  const { since: _, ...rest } = person;
  return { ...rest, presence: 'here' };
}

const LONG_AWAY_MS = 60_000;

/** A return is worth a line only after a while: a phone comes and goes all day. */
function withOnePresence(state: RoomState, { sid, presence, at }: Changes['presence']): RoomState {
  const person = state.people.find(one => one.sid === sid);
  if (!person) return state;
  const people = state.people.map(one => (one === person ? seen(one, presence === 'away', at) : one));
  const returned = presence === 'here' && person.since !== undefined && at - person.since >= LONG_AWAY_MS;
  const moved = { ...state, people };
  return returned ? withRemark(moved, { at, tone: 'plain', text: `${person.name} came back` }) : moved;
}

function withLine(state: RoomState, line: Line): RoomState {
  const items = [...state.items, line];
  if (state.looking || line.mine) return { ...state, items };
  return { ...state, items, unread: state.unread + 1, firstUnread: state.firstUnread ?? line.key };
}

function withRemark(state: RoomState, said: Changes['remark']['remark']): RoomState {
  const remark: Remark = { kind: 'remark', key: `remark ${state.remarks}`, ...said };
  return { ...state, remarks: state.remarks + 1, items: [...state.items, remark] };
}

const replaceLine = (items: LogItem[], { key, ...change }: Changes['delivery']): LogItem[] =>
  items.map(item => (item.kind === 'line' && item.key === key ? { ...item, delivery: change.delivery } : item));

function onlyYou(item: LogItem): LogItem {
  if (item.kind !== 'line') return item;
  const { plain: _, ...line } = item;
  return { ...line, delivery: { state: 'only-you' } };
}

const withBanner = (banners: Banner[], banner: Banner): Banner[] => [
  ...banners.filter(({ key }) => key !== banner.key),
  banner,
];

/** The rule above the unread lines stays until the reader, having seen them, looks away. */
function withLooking(state: RoomState, looking: boolean): RoomState {
  if (looking) return { ...state, looking, unread: 0 };
  return { ...state, looking, firstUnread: state.unread > 0 ? state.firstUnread : undefined };
}
