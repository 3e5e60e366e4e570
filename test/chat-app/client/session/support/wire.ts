/** Connections to a relay in memory that a test can cut, hold back and answer in the relay's place. */
import type { Listener, Transport } from '../../../../../chat-app/client/session/transport.ts';
import {
  type ClientFrame,
  decodeClientFrame,
  encodeRelayFrame,
  type RelayFrame,
} from '../../../../../chat-app/protocol/frames.ts';
import type { Relay, Socket } from '../../crypto/support/relay.ts';

export interface Wire extends Transport {
  /** Everything that was sent, decoded. */
  sent: ClientFrame[];
  /** While true, nobody answers. */
  down: boolean;
  /** While true, connections open and nothing comes. */
  mute: boolean;
  /** Keeps what comes until `release`. */
  hold(): void;
  release(): void;
  /** Answers in the relay's place, or undefined: then the relay does. */
  answer: (frame: ClientFrame) => RelayFrame | undefined | 'lost';
  /** Closes what is open. */
  cut(code: number): void;
  /** What no relay says. */
  nonsense(): void;
  /** Says something in the relay's name. */
  say(frame: RelayFrame): void;
}

type Deliver = (work: () => void) => void;

interface Open {
  socket: Socket;
  listener: Listener;
}

export function wireTo(relay: Relay): Wire {
  const open = new Set<Open>();
  let held: (() => void)[] | undefined;
  const deliver: Deliver = work => (held ? held.push(work) : work());
  const wire: Wire = {
    sent: [],
    down: false,
    mute: false,
    hold: () => {
      held = [];
    },
    release: () => {
      const waiting = held ?? [];
      held = undefined;
      for (const work of waiting) work();
    },
    answer: () => undefined,
    cut: code => {
      for (const one of open) {
        hangUp(open, one);
        one.listener.closed(code);
      }
    },
    nonsense: () => {
      for (const { listener } of open) listener.frame('["what"]');
    },
    say: frame => {
      for (const { listener } of open) listener.frame(encodeRelayFrame(frame));
    },
    open: (_, listener) => {
      if (wire.down) {
        queueMicrotask(() => listener.closed(1006));
        return { send: () => undefined, close: () => undefined };
      }
      const one = { socket: relay.connect(), listener };
      open.add(one);
      if (!wire.mute) forward(one, deliver);
      return {
        send: data => {
          const frame = decodeClientFrame(data);
          wire.sent.push(frame);
          const answer = wire.answer(frame);
          if (answer === undefined) void one.socket.send(frame);
          else if (answer !== 'lost') listener.frame(encodeRelayFrame(answer));
        },
        close: () => hangUp(open, one),
      };
    },
  };
  return wire;
}

function hangUp(open: Set<Open>, one: Open): void {
  open.delete(one);
  one.socket.cut();
}

/** What the relay has put into the inbox, and everything that it will. */
function forward({ socket, listener }: Open, deliver: Deliver): void {
  const pass = (...frames: RelayFrame[]) => {
    for (const frame of frames) deliver(() => listener.frame(encodeRelayFrame(frame)));
    return 0;
  };
  const waiting = socket.inbox.splice(0);
  socket.inbox.push = pass;
  queueMicrotask(() => pass(...waiting));
}
