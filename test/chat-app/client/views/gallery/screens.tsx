/** Every screen by name, for the accessibility checks and the pictures. */
import type { ReactNode } from 'react';
import type { RoomCommands } from '../../../../../chat-app/client/session/commands.ts';
import type { Numbers } from '../../../../../chat-app/client/session/numbers.ts';
import type { RoomState } from '../../../../../chat-app/client/session/state.ts';
import { Insecure } from '../../../../../chat-app/client/views/Insecure.tsx';
import { Join, type JoinProps } from '../../../../../chat-app/client/views/Join.tsx';
import { NoStorage } from '../../../../../chat-app/client/views/NoStorage.tsx';
import { OtherTab } from '../../../../../chat-app/client/views/OtherTab.tsx';
import { Room } from '../../../../../chat-app/client/views/Room.tsx';
import { states } from './states.ts';

const nothing = () => undefined;
const invitation = 'https://chat.example.org/r/harbour#k=mT3vQ8xLr0aZc5YwN1uHsKe7JdB2gFpX9iO4tRbVqMk';

const commands: RoomCommands = {
  write: nothing,
  retry: nothing,
  discard: nothing,
  answer: nothing,
  accept: nothing,
  verify: nothing,
  remove: nothing,
  react: nothing,
  typing: nothing,
  dismiss: nothing,
  look: nothing,
  tryNow: nothing,
  startOver: nothing,
  leave: nothing,
  forget: nothing,
  draft: nothing,
};

const numbers: Numbers = {
  person: async () => '30588 12477 90615 22834 41076 59021 73846 59120 33785 51640 97281 37741',
  room: async () => '48213 70955 12648 33907 86150 27714 90362 55081',
};

const join: JoinProps = {
  steps: [
    { text: 'Relay found at this address', state: 'done' },
    { text: 'Your key was made in this browser and stays here', state: 'done' },
    { text: 'Invitation read, and taken out of the address bar', state: 'done' },
  ],
  relayMissing: false,
  mode: 'invited',
  roomId: 'harbour',
  name: 'mira',
  errors: {},
  hasOtherLink: false,
  ready: true,
  onJoin: nothing,
  onMode: nothing,
  onLookAgain: nothing,
};

const taken = { name: 'Somebody here is called “bob” already. Choose another name, for example bob-2.' };

const room =
  (state: RoomState, started = false) =>
  () => <Room draft="" {...{ state, invitation, commands, numbers, started }} />;

/** Screens that one gets to by pressing buttons, by their names. */
export const presses: Record<string, { in: keyof typeof states; press: string[] }> = {
  verify: { in: 'room', press: ['Verify bob'] },
  'verify-stop': { in: 'stop', press: ['Compare numbers'] },
  differ: { in: 'room', press: ['Verify bob', 'They do not match'] },
  code: { in: 'notices', press: ['Room code'] },
  'code-differs': { in: 'notices', press: ['Room code', 'One differs'] },
  'line-actions': { in: 'amended', press: ['More about your line of 14:08', 'Delete'] },
  changing: { in: 'amended', press: ['More about your line of 14:08', 'Change'] },
  settings: { in: 'room', press: ['Settings'] },
  forget: { in: 'room', press: ['Settings', 'Forget this room…'] },
  'stop-asked': { in: 'stop', press: ['Accept the new key'] },
};

export const screens: Record<string, () => ReactNode> = {
  join: () => <Join {...join} />,
  taken: () => <Join {...join} name="bob" errors={taken} />,
  'other-link': () => <Join {...join} hasOtherLink />,
  'no-relay': () => (
    <Join
      {...join}
      mode="new"
      roomId="harbour-4821"
      relayMissing
      ready={false}
      steps={[
        { text: 'No relay answers at this address', state: 'failed' },
        { text: 'Making your key', state: 'doing' },
      ]}
    />
  ),
  insecure: () => <Insecure address="https://chat.example.org/r/harbour#k=x" />,
  'no-storage': () => <NoStorage full={false} />,
  'storage-full': () => <NoStorage full />,
  'other-tab': () => <OtherTab roomId="harbour" onUseHere={nothing} />,
  invite: room(states.room, true),
  members: room(states.outsider),
  ...Object.fromEntries(Object.keys(presses).map(name => [name, room(states[presses[name]?.in ?? 'room'])])),
  ...Object.fromEntries(Object.entries(states).map(([name, state]) => [name, room(state)])),
};
