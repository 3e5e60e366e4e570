/** Somebody at a browser in memory: a vault that outlives every page, and one page at a time. */
import { random } from '../../../chat-app/client/crypto/index.ts';
import type { Clock } from '../../../chat-app/client/session/clock.ts';
import { type Session, startSession } from '../../../chat-app/client/session/session.ts';
import type { RoomState } from '../../../chat-app/client/session/state.ts';
import type { ClientData, Listener, Transport } from '../../../chat-app/client/session/transport.ts';
import { type MemoryVault, memoryVault } from '../client/session/support/shelf.ts';

/** A room at some relay. */
export interface Place {
  roomId: string;
  secret: Uint8Array<ArrayBuffer>;
  transport: Transport;
  clock: Clock;
}

export interface Person {
  name: string;
  vault: MemoryVault;
  page: Page | undefined;
  /** Everything that any page of theirs has sent. */
  sent: ClientData[];
  faults: unknown[];
  /** Lines that were written, in order. */
  written: string[];
  /** Was in the room all the time. */
  stayed: boolean;
}

export interface Page extends Session {
  /** The connection breaks. */
  cut(): void;
  /** The page is gone at this moment: it hears, keeps and says nothing more. */
  kill(): void;
}

export const newPerson = (name: string): Person => ({
  name,
  vault: memoryVault(),
  page: undefined,
  sent: [],
  faults: [],
  written: [],
  stayed: true,
});

/** Opens the page, which goes on from what the vault has. */
export async function open(person: Person, { roomId, secret, transport, clock }: Place): Promise<void> {
  const { vault, name } = person;
  const wire = tapped(transport, data => void person.sent.push(data));
  const session = await startSession({
    ...{ roomId, name, secret, clock, random, transport: wire, chance: () => 0.5 },
    identity: await vault.identity(),
    verified: await vault.verified(),
    shelf: await vault.open(roomId),
    url: 'ws://relay/ws',
    origin: 'https://chat.example.org',
    report: error => person.faults.push(error),
  });
  person.page = { ...session, cut: wire.cut, kill: wire.kill };
}

interface Tapped extends Transport, Pick<Page, 'cut' | 'kill'> {}

function tapped(transport: Transport, sent: (data: ClientData) => void): Tapped {
  let dead = false;
  let current: { listener: Listener; close(): void } | undefined;
  const end = () => {
    current?.close();
    current = undefined;
  };
  return {
    open: (url, listener) => {
      if (dead) return { send: () => undefined, close: () => undefined };
      const connection = transport.open(url, listener);
      current = { listener, close: connection.close };
      return {
        send: data => {
          if (dead) return;
          sent(data);
          connection.send(data);
        },
        close: connection.close,
      };
    },
    cut: () => {
      const before = current;
      end();
      before?.listener.closed(1006);
    },
    kill: () => {
      dead = true;
      end();
    },
  };
}

/** What more than talk, comings and goings is on the screen. */
export const warnings = ({ items, banners, halt, question }: RoomState): string[] => [
  ...banners.filter(({ key }) => key !== 'plain').map(({ title }) => title),
  ...items.flatMap(item => {
    if (item.kind === 'line') return item.unchecked || item.doubtful ? [`marked: ${item.text}`] : [];
    const matters = ['fault', 'halted'].includes(item.tone) || item.about !== undefined;
    return matters ? [`${item.text} ${item.code ?? ''}`] : [];
  }),
  ...(halt ? [`${halt.title} ${halt.code}`] : []),
  ...(question?.kind === 'fork' ? ['fork'] : []),
];

/** Who said what, as this person sees it. */
export const talk = ({ items }: RoomState): { name: string; text: string }[] =>
  items.flatMap(item => (item.kind === 'line' ? [{ name: item.name, text: item.text }] : []));

/** Everything that was written has got where it was to go. */
export const isQuiet = ({ connection, items, question }: RoomState): boolean =>
  connection.kind === 'online' &&
  !question &&
  items.every(item => item.kind !== 'line' || !item.delivery || item.delivery.state === 'sent');

/** Says yes to whatever the page asks, but for a fork: that is for the test to see. */
export function answers(page: Page): void {
  const look = () => {
    const { question } = page.snapshot();
    if (question && question.kind !== 'fork') page.commands.answer('yes');
  };
  page.subscribe(look);
  look();
}
