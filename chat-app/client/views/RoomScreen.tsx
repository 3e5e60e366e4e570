import { useSyncExternalStore } from 'react';
import type { Session } from '../session/session.ts';
import { Room } from './Room.tsx';

export interface RoomScreenProps {
  session: Session;
  /** Just made: its invitation is the first thing to see. */
  started: boolean;
}

export function RoomScreen({ session, started }: RoomScreenProps) {
  const state = useSyncExternalStore(session.subscribe, session.snapshot);
  const { invitation, draft, commands, numbers } = session;
  return <Room {...{ state, invitation, draft, commands, numbers, started }} />;
}
