/** The commands that can be written in place of a line. */
import { Failure } from '../../protocol/failure.ts';
import { encodeClientFrame } from '../../protocol/frames.ts';
import type { Who } from '../crypto/index.ts';
import { hangUp } from './connecting.ts';
import { type Desk, tell } from './desk.ts';
import type { RoomState } from './state.ts';

interface Command {
  usage: string;
  does: string;
  /** `seen` is what the person saw when it was written. */
  run(desk: Desk, argument: string, seen: RoomState): Promise<void> | void;
}

const commands: Record<string, Command> = {
  help: { usage: '/help', does: 'this list', run: help },
  plain: {
    usage: '/plain on, /plain off',
    does: 'let the relay read what you write while you are alone, or not; asks first',
    run: (desk, argument) => (argument === 'on' ? plainOn(desk) : argument === 'off' ? plainOff(desk) : help(desk)),
  },
  accept: { usage: '/accept name', does: 'take the new key of somebody whom you verified', run: accept },
  leave: { usage: '/leave', does: 'leave the room', run: leave },
};

export async function command(desk: Desk, text: string, seen: RoomState): Promise<void> {
  const [, name = '', argument = ''] = text.trim().match(/^\/(\S*)\s*(.*)$/) ?? [];
  const known = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (known) return known.run(desk, argument, seen);
  say(desk, `There is no command /${name}. /help lists them; a line that starts with a slash needs a space before it`);
}

const keys = [
  ['Enter', 'sends; Shift+Enter starts a line. Settings can turn that round'],
  ['Up', 'in an empty field: changes your last line'],
  ['Escape', 'gives up the change or the answer; closes a dialog, deciding nothing'],
].map(([key = '', does = '']) => `${key.padEnd(24)}${does}`);

function help(desk: Desk): void {
  const rows = Object.values(commands).map(({ usage, does }) => `${usage.padEnd(24)}${does}`);
  say(desk, ['Commands', ...rows, 'Keys', ...keys].join('\n'));
}

function plainOn(desk: Desk): Promise<void> | void {
  return desk.member.snapshot().then(({ plainObstacle }) => {
    if (plainObstacle?.code === 'not-alone')
      say(desk, 'Plain mode is over here for good: somebody else has been in this room');
    else if (plainObstacle) say(desk, 'Plain mode needs a connection to the relay');
    else desk.plainAsked = !desk.state.plain;
  });
}

export function plainOff(desk: Desk): void {
  desk.plainAsked = false;
  tell(desk, { type: 'plain', on: false }, { type: 'dismissed', key: 'plain' });
}

/** Takes the key that was seen, and no other. */
export async function accept(desk: Desk, name: string, seen: RoomState): Promise<void> {
  const person = seen.people.find(one => one.name === name && one.trust === 'key changed');
  if (!person) return say(desk, `No key of ${name || 'anybody'} waits to be accepted`);
  await decide(desk, name, async () => {
    await desk.member.accept({ name, identity: person.identity });
    say(desk, `You accepted the new key of ${name}`);
  });
}

/** The numbers were compared: the key that was shown is this person’s. */
export const verify = (desk: Desk, person: Who): Promise<void> =>
  decide(desk, person.name, async () => {
    await desk.member.verify({ name: person.name, identity: person.identity });
    say(desk, `You verified ${person.name}`);
  });

/** A key that was changed meanwhile is not the one that was seen. */
async function decide(desk: Desk, name: string, take: () => Promise<void>): Promise<void> {
  try {
    await take();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(desk, `${name} shows another key by now, or has left: look again`);
  }
}

/** Leaves, and keeps nothing of the room in this browser. */
export async function forget(desk: Desk): Promise<void> {
  desk.forgotten = true;
  await leave(desk);
}

export async function leave(desk: Desk): Promise<void> {
  desk.connection?.send(encodeClientFrame({ type: 'leave' }));
  await hangUp(desk);
  tell(desk, { type: 'ended', how: 'left' });
}

export const say = (desk: Desk, text: string): void =>
  tell(desk, { type: 'remark', remark: { at: desk.clock.now(), tone: 'calm', text } });
