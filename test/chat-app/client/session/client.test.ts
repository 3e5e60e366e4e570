/** From an address to a room and back: the join screen, what is kept, and one tab at a time. */
import { describe, expect, test } from 'vitest';
import { encodeFragment, newLinkSecret } from '../../../../chat-app/client/crypto/index.ts';
import { type Client, createClient } from '../../../../chat-app/client/session/client.ts';
import type { JoinScreen, Screen } from '../../../../chat-app/client/session/lobby.ts';
import { Failure } from '../../../../chat-app/protocol/failure.ts';
import { enter, isOnline, newWorld, sees, until } from './support/people.ts';
import { newBrowser, type Tab, tab } from './support/surroundings.ts';

type Kind = Screen['kind'];
type ScreenOf<K extends Kind> = Extract<Screen, { kind: K }>;

/** Waits until a screen of this kind looks as `is` says. */
function shows<K extends Kind>(client: Client, kind: K, is: (screen: ScreenOf<K>) => unknown = () => true) {
  return new Promise<ScreenOf<K>>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(JSON.stringify(client.snapshot()))), 5000);
    const look = () => {
      const screen = client.snapshot();
      if (screen.kind !== kind || !is(screen as ScreenOf<K>)) return;
      stop();
      clearTimeout(timer);
      resolve(screen as ScreenOf<K>);
    };
    const stop = client.subscribe(look);
    look();
  });
}

const isReady = ({ ready }: JoinScreen) => ready;

async function open(around: Tab): Promise<Client> {
  const client = createClient(around);
  await shows(client, 'join', isReady);
  return client;
}

async function join(around: Tab, name: string, roomId = 'harbour'): Promise<Client> {
  const client = await open(around);
  client.join({ roomId, name, replaceLink: false });
  await shows(client, 'room');
  return client;
}

const invitation = (secret: ReturnType<typeof newLinkSecret>) => `/r/harbour${encodeFragment(secret)}`;

describe('what the address says', () => {
  test('an invitation is read, and its secret leaves the address bar at once', async () => {
    const around = tab(newWorld(), newBrowser(), invitation(newLinkSecret()));
    const client = createClient(around);
    expect(around.paths).toEqual(['/r/harbour']);
    const screen = await shows(client, 'join', isReady);
    expect(screen).toMatchObject({ mode: 'invited', roomId: 'harbour', errors: {} });
    expect(screen.steps.map(({ text }) => text)).toEqual([
      'Relay found at this address',
      'Your key was made in this browser and stays here',
      'Invitation read, and taken out of the address bar',
    ]);
  });

  test('a secret that is not 32 bytes is refused, and leaves the address bar too', async () => {
    const around = tab(newWorld(), newBrowser(), '/r/harbour#k=short');
    const client = createClient(around);
    const { errors, ready } = await shows(client, 'join', ({ steps }) => steps[1]?.state === 'done');
    expect(errors.room).toContain('damaged');
    expect(ready).toBe(false);
    expect(around.paths).toEqual(['/r/harbour']);
  });

  test('without one, a new room is proposed', async () => {
    const { mode, roomId } = await shows(await open(tab(newWorld(), newBrowser())), 'join');
    expect(mode).toBe('new');
    expect(roomId).toMatch(/^[a-z]+-\d{4}$/);
  });
});

test('a room that is started gets a secret, which the invitation carries and the address bar does not', async () => {
  const around = tab(newWorld(), newBrowser());
  const client = await join(around, 'mira');
  const { session, started } = await shows(client, 'room');
  expect(started).toBe(true);
  expect(session.invitation).toMatch(/^https:\/\/chat\.example\.org\/r\/harbour#k=[\w-]{43}$/);
  expect(around.paths).toEqual(['/r/harbour']);
  expect(around.faults).toEqual([]);
});

test('a room that is joined by its name has no secret', async () => {
  const client = await join(tab(newWorld(), newBrowser(), '/r/harbour'), 'mira');
  const { session, started } = await shows(client, 'room');
  expect(session.invitation).toBe('https://chat.example.org/r/harbour');
  expect(session.snapshot().linked).toBe(false);
  expect(started).toBe(false);
});

test('fields that cannot be are refused before anybody is asked', async () => {
  const around = tab(newWorld(), newBrowser());
  const client = await open(around);
  client.join({ roomId: 'Harbour!', name: '', replaceLink: false });
  const { errors } = await shows(client, 'join', screen => screen.errors.room);
  expect(Object.keys(errors)).toEqual(['room', 'name']);
  expect(around.wire.sent).toEqual([]);
});

test('a refusal stands at its field, and the secret that did not open the room is not kept', async () => {
  const browser = newBrowser();
  const around = tab(newWorld(), browser, invitation(newLinkSecret()));
  around.wire.answer = () => ({ type: 'no', code: 'door' });
  const client = await open(around);
  client.join({ roomId: 'harbour', name: 'mira', replaceLink: false });
  const { errors, ready } = await shows(client, 'join', screen => screen.errors.room);
  expect(errors).toEqual({ room: 'This invitation does not open harbour. Ask for a new link.' });
  expect(ready).toBe(true);
  expect(browser.vault.rooms.get('harbour')?.room).toMatchObject({ secret: undefined, inside: false });
});

test('a reload comes back by itself, in the session that it had', async () => {
  const world = newWorld();
  const browser = newBrowser();
  const bob = await enter(world, 'bob');
  const first = tab(world, browser, invitation(world.secret));
  await join(first, 'mira');
  await until(bob, sees('mira'));
  const before = bob.snapshot().people;
  first.wire.cut(1001);
  const second = tab(world, { ...browser, tabs: newBrowser().tabs }, '/r/harbour');
  const again = createClient(second);
  const { session } = await shows(again, 'room');
  await until(session, isOnline);
  expect(second.wire.sent.map(({ type }) => type)).toEqual(['resume']);
  expect(bob.snapshot().people).toEqual(before);
  expect(session.snapshot().name).toBe('mira');
});

test('who has left is not let in again by a reload, and finds the name in the form', async () => {
  const world = newWorld();
  const browser = newBrowser();
  const around = tab(world, browser);
  const client = await join(around, 'mira');
  const { session } = await shows(client, 'room');
  session.commands.leave();
  await shows(client, 'join');
  expect(around.paths.at(-1)).toBe('/');
  const again = await open(tab(world, browser, '/r/harbour'));
  expect(await shows(again, 'join')).toMatchObject({ name: 'mira', ready: true });
});

describe('another link for a room that this browser has a link for', () => {
  async function twoLinks(replaceLink: boolean) {
    const [world, browser, other] = [newWorld(), newBrowser(), newLinkSecret()];
    const client = await join(tab(world, browser, invitation(world.secret)), 'mira');
    const { session } = await shows(client, 'room');
    session.commands.leave();
    await shows(client, 'join');
    const again = await open(tab(world, browser, invitation(other)));
    expect(again.snapshot()).toMatchObject({ hasOtherLink: true });
    again.join({ roomId: 'harbour', name: 'mira', replaceLink });
    const room = await shows(again, 'room');
    return { kept: session.invitation, taken: room.session.invitation, other };
  }

  test('is not taken without a word', async () => {
    const { kept, taken } = await twoLinks(false);
    expect(taken).toBe(kept);
  });

  test('is taken when the person says so', async () => {
    const { taken, other } = await twoLinks(true);
    expect(taken).toBe(`https://chat.example.org${invitation(other)}`);
  });
});

test('a second tab is told, and can take the room over', async () => {
  const world = newWorld();
  const browser = newBrowser();
  const first = await join(tab(world, browser), 'mira');
  const second = createClient(tab(world, browser, '/r/harbour'));
  expect(await shows(second, 'tab-active')).toMatchObject({ roomId: 'harbour' });
  second.takeOver();
  await shows(second, 'room');
  await shows(first, 'tab-active');
});

test('without storage nothing else is offered', async () => {
  const around = tab(newWorld(), newBrowser());
  const client = createClient({ ...around, openVault: () => Promise.reject(new Failure('no-storage')) });
  await shows(client, 'no-storage');
});

test('a relay that is missing can be looked for again', async () => {
  const around = tab(newWorld(), newBrowser());
  let up = false;
  const client = createClient({
    ...around,
    ask: (async () => (up ? Response.json({}) : Response.error())) as typeof fetch,
  });
  const { ready, steps } = await shows(client, 'join', ({ relayMissing }) => relayMissing);
  expect(ready).toBe(false);
  expect(steps[0]).toEqual({ text: 'No relay answers at this address', state: 'failed' });
  up = true;
  client.lookAgain();
  await shows(client, 'join', isReady);
});
