import { useSyncExternalStore } from 'react';
import type { Client } from '../session/client.ts';
import { Join } from './Join.tsx';
import { NoStorage } from './NoStorage.tsx';
import { OtherTab } from './OtherTab.tsx';
import { RoomScreen } from './RoomScreen.tsx';

/** One screen at a time. */
export function App({ client }: { client: Client }) {
  const screen = useSyncExternalStore(client.subscribe, client.snapshot);
  switch (screen.kind) {
    case 'join':
      return <Join {...screen} onJoin={client.join} onMode={client.setMode} onLookAgain={client.lookAgain} />;
    case 'room':
      return <RoomScreen session={screen.session} started={screen.started} />;
    case 'no-storage':
      return <NoStorage full={screen.full} />;
    case 'tab-active':
      return <OtherTab roomId={screen.roomId} onUseHere={client.takeOver} />;
  }
}
