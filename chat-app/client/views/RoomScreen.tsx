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
  return <Room state={state} invitation={session.invitation} commands={session.commands} started={started} />;
}
