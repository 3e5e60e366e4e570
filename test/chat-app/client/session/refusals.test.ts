import { expect, test } from 'vitest';
import { type Attempt, joinErrors, type Refusal } from '../../../../chat-app/client/session/refusals.ts';

const attempt: Attempt = { roomId: 'harbour', name: 'bob', mode: 'invited' };
const minutes = 60_000;

const rows: [Refusal['code'], Partial<Attempt & Refusal>, object][] = [
  ['full', { limit: 50 }, { room: 'harbour is full: 50 people are in it.' }],
  ['full', {}, { room: 'harbour is full.' }],
  ['name-taken', {}, { name: 'Somebody here is called “bob” already. Choose another name, for example bob-2.' }],
  ['door', {}, { room: 'This invitation does not open harbour. Ask for a new link.' }],
  [
    'door',
    { mode: 'new' },
    { room: 'There is a room called harbour already. Choose another name, or ask for its link.' },
  ],
  ['door', { mode: 'named' }, { room: 'harbour opens only with its invitation. Ask somebody inside for the link.' }],
  [
    'clock',
    { clockOffMs: -12.4 * minutes },
    { form: 'Your clock is 12 minutes off; others will refuse your key. Set it, then join again.' },
  ],
  ['suite', {}, { form: 'This relay uses a newer version of the chat. Reload the page.' }],
];

test.each(rows)('%s %j', (code, more, errors) => {
  expect(joinErrors({ code, clockOffMs: 0, ...more }, { ...attempt, ...more })).toEqual(errors);
});
