/** Rooms as a reader may meet them: what the reducer would have made of a talk about a boat. */
import { outside } from '../../../../../chat-app/client/session/reducer.ts';
import type { Line, LogItem, Person, Remark, RoomState } from '../../../../../chat-app/client/session/state.ts';
import { trouble } from './trouble.ts';

const noon = new Date(2026, 10, 23, 12).getTime();
const minute = 60_000;
const at = (hours: number, minutes: number) => noon + (hours - 12) * 60 * minute + minutes * minute;

let count = 0;
const line = (name: string, time: number, text: string, more: Partial<Line> = {}): Line => ({
  kind: 'line',
  key: `line ${++count}`,
  at: time,
  name,
  mine: name === 'mira',
  text,
  ...(name === 'mira' && { delivery: { state: 'sent' } }),
  ...more,
});
const remark = (time: number, text: string, more: Partial<Remark> = {}): Remark => ({
  kind: 'remark',
  key: `remark ${++count}`,
  at: time,
  tone: 'plain',
  text,
  ...more,
});

const people: Person[] = [
  { sid: 'a', identity: 'a', name: 'alice', trust: 'verified', presence: 'here' },
  { sid: 'b', identity: 'b', name: 'bob', trust: 'not compared', presence: 'here' },
  { sid: 'c', identity: 'c', name: 'chen', trust: 'new', presence: 'away', since: at(14, 12) },
];

const talk: LogItem[] = [
  remark(at(13, 58), '42 earlier messages were sealed for the people then present'),
  remark(at(13, 58), 'You joined'),
  line('alice', at(14, 2), 'The ferry leaves at nine. Who has the keys to the boat house?'),
  line('bob', at(14, 3), 'I do. I will be there at half past eight.'),
  line('bob', at(14, 3), 'The forecast: https://example.org/harbour/wind'),
  line('mira', at(14, 4), 'Then I bring coffee. Do you still take no milk?'),
  remark(at(14, 5), 'chen came back'),
  line('chen', at(14, 6), 'Oat is fine. The list, take what you like:\n- ropes, 4\n- life vests, 6\n- the big torch'),
];
const fresh: LogItem[] = [
  line('alice', at(14, 11), 'The ropes are in the blue box, left of the door.'),
  line(
    'chen',
    at(14, 12),
    'Wind from the west at 12 knots until noon. Then it turns, so we are back by one, or we take the long way.',
  ),
  line('bob', at(14, 12), 'The long way. Always the long way.'),
  line('mira', at(14, 13), 'Good, I take the ropes and two vests.'),
];

const room = (change: Partial<RoomState>): RoomState => ({
  ...outside('harbour', 'mira', true),
  inside: true,
  connection: { kind: 'online' },
  people,
  items: talk,
  ...change,
});

const alone = [
  remark(at(13, 58), 'You joined'),
  line('mira', at(14, 2), 'To tell the others when they come: the jetty is closed on Thursday.', {
    delivery: { state: 'only-you' },
  }),
  line('mira', at(14, 3), 'And the key hangs behind the map.', { delivery: { state: 'only-you' } }),
];

const calm = {
  room: room({ items: [...talk, ...fresh], firstUnread: fresh[0]?.key }),
  alone: room({ people: [], items: alone }),
  plain: room({
    people: [],
    plain: true,
    items: alone.map(item => (item.kind === 'line' ? { ...item, plain: true, delivery: { state: 'sent' } } : item)),
    banners: [
      {
        key: 'plain',
        title: 'Plain mode is on in this room.',
        text: 'Whoever runs the relay can read these lines. It ends for good when somebody else comes.',
        offer: 'plain-off',
      },
    ],
  }),
  amended: room({
    typing: [{ name: 'alice', identity: 'a', until: Date.now() + 3_600_000 }],
    items: [
      ...talk.slice(2, 5),
      line('mira', at(14, 8), 'Half past eight, not nine.', {
        reply: { name: 'bob', text: 'I do. I will be there at half past eight.' },
        edited: true,
        reactions: [
          { emoji: '👍', names: ['bob', 'chen'] },
          { emoji: '🎉', names: ['mira'] },
        ],
      }),
      line('chen', at(14, 9), '', { deleted: true }),
      line('bob', at(14, 10), 'Which list?', { reply: { name: undefined, text: 'a line that is not here' } }),
    ],
  }),
  notices: room({
    banners: [
      {
        key: 'roster-mismatch alice',
        title: 'alice seals for other people than you see.',
        text: 'Compare the room code with alice outside this chat, by phone for instance, before you go on.',
        code: 'roster-mismatch',
        offer: 'room-code',
      },
    ],
    people: people.map(person => (person.name === 'bob' ? { ...person, trust: 'new key' } : person)),
    items: [
      ...talk.slice(2, 5),
      remark(at(14, 7), 'bob has a new key. Compare numbers if that is a surprise', {
        tone: 'calm',
        about: { name: 'bob', identity: 'b' },
      }),
      line('bob', at(14, 8), 'New phone, sorry.'),
      remark(at(14, 9), '2 messages from alice are missing', { tone: 'fault' }),
      remark(at(14, 9), 'A line from alice could not be opened', { tone: 'fault', code: 'envelope-auth' }),
      remark(at(14, 10), 'A line that claims to be from alice is forged or damaged', {
        tone: 'fault',
        code: 'msg-sig',
      }),
      line('chen', at(14, 12), 'Did you see that too?', { unchecked: true }),
      line('mira', at(14, 13), 'Yes. I call her.', { delivery: { state: 'waiting', until: Date.now() + 3_600_000 } }),
    ],
  }),
  outsider: room({
    outsiders: [{ sid: 'e', name: 'eve', at: at(14, 10) }],
    banners: [
      {
        key: 'outsider e',
        title: 'eve came without the room’s link.',
        text: 'eve can neither read you nor be read. If you expected eve, send the invitation again.',
        offer: 'invite',
      },
    ],
    items: [
      ...talk,
      remark(at(14, 10), 'eve came without the room’s link', { tone: 'fault' }),
      line('alice', at(14, 11), 'Who is eve?'),
    ],
  }),
  stop: room({
    people: people.map(person => (person.name === 'bob' ? { ...person, trust: 'key changed' } : person)),
    halt: {
      code: 'verified-key-changed',
      title: 'Sending has stopped',
      text: 'bob’s key is not the one that you verified. It may be a new phone, or somebody answers in bob’s place. Nothing that you type leaves this browser until you decide.',
      way: 'accept',
      name: 'bob',
    },
    items: [
      ...talk,
      remark(at(14, 10), 'bob, whom you verified, shows another key', { tone: 'halted' }),
      line('bob', at(14, 11), 'Can you send me the code for the gate?', { doubtful: true }),
    ],
  }),
  reconnecting: room({
    connection: { kind: 'offline', since: Date.now() - 12_000, retryAt: Date.now() + 3_600_000 },
    items: [
      ...talk,
      line('mira', at(14, 13), 'Good, I take the ropes and two vests.', { delivery: { state: 'queued' } }),
      line('mira', at(14, 13), 'Is somebody at the ferry already?', { delivery: { state: 'queued' } }),
      line('mira', at(14, 14), '(a list of 212 lines)', {
        delivery: { state: 'failed', code: 'too-big', reason: '4,311 of 4,062 bytes' },
      }),
    ],
  }),
  unverified: room({ linked: false, items: [...talk, ...fresh] }),
  'ask-alone': room({
    items: [...alone, remark(at(14, 5), 'bob joined')],
    people: people.slice(1, 2),
    question: {
      kind: 'send-alone',
      names: ['bob'],
      texts: alone.flatMap(item => (item.kind === 'line' ? [item.text] : [])),
    },
  }),
  'ask-left': room({ people: [], question: { kind: 'left-alone' } }),
} satisfies Record<string, RoomState>;

export const states = { ...calm, ...trouble(calm.room) };
