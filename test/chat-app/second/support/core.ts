/** Both implementations behind one face, so that a test need not know which one it talks to. */
import type { RoomEvent } from '../../../../chat-app/client/crypto/events.ts';
import type { Body as ShippedBody } from '../../../../chat-app/client/crypto/index.ts';
import { createMember, newIdentity } from '../../../../chat-app/client/crypto/index.ts';
import { unpack } from '../../../../chat-app/client/crypto/pack.ts';
import type { State } from '../../../../chat-app/client/crypto/state.ts';
import type { Data, RelayFrame } from '../../../../chat-app/protocol/frames.ts';
import { decodeRelayFrame, encodeClientFrame } from '../../../../chat-app/protocol/frames.ts';
import { hex, unhex } from '../implementation/bytes.ts';
import type { Body } from '../implementation/content.ts';
import { KIND } from '../implementation/content.ts';
import { secondMember } from '../implementation/member.ts';
import type { Happening } from '../implementation/state.ts';

export type Kind = 'shipped' | 'second';

export interface Core {
  kind: Kind;
  name: string;
  ik: Uint8Array;
  hear(data: Data): Promise<Happening[]>;
  join(name?: string): Promise<Data>;
  resume(): Promise<Data | undefined>;
  disconnected(): Promise<void>;
  /** `id` is hexadecimal. */
  seal(body: Body, id?: string): Promise<{ frame: Data; id: string; readers: string[] }>;
  signal(upTo?: number): Promise<Data>;
  plain(text: string): Promise<Data>;
  roomCode(): Promise<string>;
  log(): Promise<{ seq: number; head: string }>;
}

export interface Start {
  roomId: string;
  name: string;
  secret: Uint8Array<ArrayBuffer> | undefined;
  now: () => number;
}

export const core = (kind: Kind, start: Start): Promise<Core> =>
  kind === 'second' ? Promise.resolve(secondCore(start)) : shippedCore(start);

function secondCore(start: Start): Core {
  const member = secondMember(start);
  return {
    kind: 'second',
    name: start.name,
    ik: member.ik,
    hear: async data => member.hear(data),
    join: async name => member.join(name),
    resume: async () => member.resume(),
    disconnected: async () => member.disconnected(),
    seal: async (body, id) => member.seal(body, id),
    signal: async upTo => member.signal(upTo),
    plain: async text => member.plain(text),
    roomCode: async () => member.roomCode(),
    log: async () => member.log(),
  };
}

async function shippedCore({ name, now, ...start }: Start): Promise<Core> {
  const identity = await newIdentity();
  const member = await createMember({ ...start, name }, { identity, verified: new Map(), now });
  const frameOf = async (frame: ReturnType<typeof member.join>): Promise<Data> => encodeClientFrame(await frame);
  return {
    kind: 'shipped',
    name,
    ik: identity.publicKey,
    hear: async data => {
      const frame = decodeRelayFrame(data);
      return [...(await member.receive(frame)).flatMap(happening), ...no(frame)];
    },
    join: as => frameOf(member.join(as)),
    resume: async () => {
      const frame = await member.resume();
      return frame && encodeClientFrame(frame);
    },
    disconnected: () => member.disconnected(),
    seal: async (body, id) => {
      const sealed = await member.seal({ body: toShipped(body), ...(id && { id: new Uint8Array(unhex(id)) }) });
      if (sealed.type === 'ask') throw new Error('nothing has waited');
      return { ...sealed, frame: encodeClientFrame(sealed.frame) };
    },
    signal: async upTo =>
      encodeClientFrame(await member.signal(upTo === undefined ? { kind: 'typing' } : { kind: 'read', seq: upTo })),
    plain: text => frameOf(member.plain(text)),
    roomCode: () => member.roomCode(),
    log: async () => {
      const { log } = unpack((await member.freeze()).state) as Pick<State, 'log'>;
      return { seq: log?.seq ?? 0, head: log ? hex(log.head) : '' };
    },
  };
}

const no = (frame: RelayFrame): Happening[] =>
  frame.type === 'no'
    ? [{ what: 'no', code: frame.code, id: frame.id && hex(frame.id), seq: frame.seq, retryMs: frame.retryMs }]
    : [];

/** What the chat says, in the words of the second implementation. */
function happening(event: RoomEvent): Happening[] {
  switch (event.type) {
    case 'line': {
      const { seq, name, id, body, fork, unchecked } = event;
      return [{ what: 'line', seq, from: name, id, body: fromShipped(body), fork, unchecked }];
    }
    case 'delivered':
      return [{ what: 'delivered', id: event.id, seq: event.seq }];
    case 'unreadable':
    case 'ignored':
      return [{ what: 'failed', code: event.code, from: event.name }];
    case 'missing':
      return [{ what: 'missing', count: event.count, from: event.name }];
    case 'typing':
      return [{ what: 'signal', kind: 1, upTo: undefined, from: event.name }];
    case 'read':
      return [{ what: 'signal', kind: 2, upTo: event.seq, from: event.name }];
    case 'stopped':
      return [{ what: 'stopped', code: event.code }];
    case 'unseen':
      return [{ what: 'unseen', from: event.from, to: event.to }];
    case 'synced':
      return [{ what: 'synced', seq: event.seq }];
    default:
      return membership(event);
  }
}

/** A fork stands on its line too; a clock is no matter of the room. */
function membership(event: RoomEvent): Happening[] {
  switch (event.type) {
    case 'joined':
    case 'outsider':
      return [{ what: event.type, name: event.name }];
    case 'left':
      return [{ what: 'left', name: event.name, reason: event.reason }];
    case 'refused':
      return [{ what: 'refused', code: event.code, name: event.name }];
    case 'removed':
      return [{ what: 'removed', reason: event.reason }];
    case 'new-key':
      return [{ what: 'key', code: 'new', name: event.name }];
    case 'key-changed':
      return [{ what: 'key', code: 'key-changed', name: event.name }];
    default:
      return [];
  }
}

function toShipped({ kind, target, text = '' }: Body): ShippedBody {
  const id = hex(target ?? new Uint8Array());
  switch (kind) {
    case KIND.edit:
      return { kind: 'edit', target: id, text };
    case KIND.delete:
      return { kind: 'delete', target: id };
    case KIND.reply:
      return { kind: 'reply', target: id, text };
    case KIND.reaction:
      return { kind: 'reaction', target: id, emoji: text };
    default:
      return { kind: 'text', text };
  }
}

function fromShipped(body: ShippedBody): Body {
  if (body.kind === 'newer') return { kind: body.number };
  if (body.kind === 'text') return { kind: KIND.text, text: body.text };
  const target = unhex(body.target);
  if (body.kind === 'delete') return { kind: KIND.delete, target };
  return { kind: KIND[body.kind], target, text: body.kind === 'reaction' ? body.emoji : body.text };
}
