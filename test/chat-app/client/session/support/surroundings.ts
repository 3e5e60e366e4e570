/** A browser in memory for the whole client: its address bar, its storage, its tabs. */
import { random } from '../../../../../chat-app/client/crypto/index.ts';
import type { Surroundings } from '../../../../../chat-app/client/session/lobby.ts';
import type { Tabs } from '../../../../../chat-app/client/session/tab.ts';
import type { World } from './people.ts';
import { type MemoryVault, memoryVault } from './shelf.ts';
import { type Wire, wireTo } from './wire.ts';

export interface Browser {
  vault: MemoryVault;
  tabs: Tabs;
}

export const newBrowser = (): Browser => ({ vault: memoryVault(), tabs: tabsInMemory() });

function tabsInMemory(): Tabs {
  const held = new Map<string, () => void>();
  return {
    hold: async (roomId, { takeOver, onLost }) => {
      const other = held.get(roomId);
      if (other && !takeOver) return undefined;
      held.set(roomId, onLost);
      other?.();
      return () => {
        if (held.get(roomId) === onLost) held.delete(roomId);
      };
    },
  };
}

export interface Tab extends Surroundings {
  wire: Wire;
  /** What the address bar showed, one after the other. */
  paths: string[];
  faults: unknown[];
}

export function tab(world: World, browser: Browser, path = '/'): Tab {
  const wire = wireTo(world.relay);
  const { pathname, hash, origin, protocol, hostname } = new URL(path, 'https://chat.example.org');
  const paths: string[] = [];
  const faults: unknown[] = [];
  return {
    page: { pathname, hash, origin, protocol, hostname },
    openVault: async () => browser.vault,
    tabs: browser.tabs,
    transport: wire,
    clock: world.clock,
    random,
    chance: () => 0.5,
    ask: (async () => Response.json({ state: 'serving' })) as typeof fetch,
    showPath: shown => paths.push(shown),
    persist: () => undefined,
    report: error => faults.push(error),
    wire,
    paths,
    faults,
  };
}
