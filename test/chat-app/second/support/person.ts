/** Somebody in a room over a real connection, with either implementation. */
import type { Body } from '../implementation/content.ts';
import type { Data } from '../implementation/frames.ts';
import { readFrame, toRelay } from '../implementation/frames.ts';
import type { Happening } from '../implementation/state.ts';
import type { Core } from './core.ts';
import type { Inbox, Told } from './inbox.ts';
import { newInbox, note } from './inbox.ts';
import type { Said } from './saying.ts';
import { say } from './saying.ts';
import type { Socket } from './socket.ts';
import { openSocket } from './socket.ts';

export interface Place {
  url: string;
  /** Moves the relay's clock. */
  pass(ms: number): Promise<void>;
}

export interface Person {
  core: Core;
  inbox: Inbox;
  place: Place;
  /** Undefined without a connection. */
  socket: Socket | undefined;
  listed: boolean;
  /** Resolves when everything that was heard has been dealt with. */
  work: Promise<void>;
}

export const person = (core: Core, place: Place): Person => ({
  core,
  inbox: newInbox(),
  place,
  socket: undefined,
  listed: false,
  work: Promise.resolve(),
});

/** Comes in, or comes back; returns when the log is complete. */
export async function connect(me: Person): Promise<void> {
  const { core, inbox, place } = me;
  let greeted = false;
  me.socket = await openSocket(place.url, data => {
    me.work = me.work
      .then(() => hear(me, data))
      .then(() => {
        greeted = true;
        inbox.add([]);
      });
  });
  await inbox.until(() => greeted || undefined);
  me.socket.say((await core.resume()) ?? (await core.join()));
  await told(me, 'synced');
  me.listed = true;
}

async function hear({ core, inbox }: Person, data: Data): Promise<void> {
  note(inbox, readFrame(data));
  inbox.add(await core.hear(data));
}

/** A new session, on the connection that is there. */
export async function renew(me: Person, name?: string): Promise<void> {
  me.socket?.say(await me.core.join(name));
  await told(me, 'synced');
}

/** Says goodbye, and waits for it to be logged. */
export async function leave(me: Person): Promise<void> {
  me.socket?.say(toRelay.leave());
  await told(me, 'removed');
  me.listed = false;
  await lose(me);
}

/** The connection breaks. */
export async function lose(me: Person): Promise<void> {
  await me.socket?.cut();
  me.socket = undefined;
  await me.work;
  await me.core.disconnected();
}

/** Has heard all that the relay had sent by now. */
export async function heardAll(me: Person): Promise<void> {
  await me.socket?.heardAll();
  await me.work;
}

export const told = <W extends Happening['what']>({ inbox }: Person, what: W): Promise<Told<W>> =>
  inbox.next((each): each is Told<W> => each.what === what);

/** The lines that were read, in order. */
export const linesOf = ({ inbox }: Person): Told<'line'>[] =>
  inbox.happened.filter((each): each is Told<'line'> => each.what === 'line');

/** Returns when the line is logged; undefined when there is nobody to seal it for. */
export const speak = (me: Person, body: Body): Promise<Said | undefined> => say(me, body);

/** Sends a line, loses the connection at once, and comes back to see it through. */
export const speakAndLose = (me: Person, body: Body): Promise<Said | undefined> =>
  say(me, body, async () => {
    await lose(me);
    await connect(me);
  });
