import type { Root } from 'react-dom/client';
import { random } from './crypto/index.ts';
import { createClient } from './session/client.ts';
import { systemClock } from './session/clock.ts';
import { openVault } from './session/indexed-vault.ts';
import { defaultSettings, keptSettings, type Settings } from './session/settings.ts';
import { createStore, type Store } from './session/store.ts';
import { browserTabs } from './session/tab.ts';
import { webSocketTransport } from './session/transport.ts';
import { App } from './views/App.tsx';
import { applySettings } from './views/applySettings.ts';
import { SettingsContext } from './views/SettingsContext.ts';

/** Shows the settings, now and whenever they change. */
function settings(): Store<Settings> {
  const store = found();
  const apply = () => applySettings(store.snapshot(), document.documentElement);
  apply();
  store.subscribe(apply);
  return store;
}

/** Where storage is refused they last as long as the page: a wall says what that means for everything else. */
function found(): Store<Settings> {
  try {
    return keptSettings(localStorage);
  } catch (error) {
    if (error instanceof DOMException) return createStore(defaultSettings);
    throw error;
  }
}

/** Wires the client to this browser, and shows it. */
export function start(root: Root): void {
  const client = createClient({
    page: location,
    openVault: () => openVault(indexedDB),
    tabs: browserTabs(navigator.locks),
    transport: webSocketTransport,
    clock: systemClock,
    random,
    chance: Math.random,
    ask: fetch.bind(globalThis),
    showPath: path => history.replaceState(null, '', path),
    persist: () => void navigator.storage.persist(),
    report: reportError,
  });
  // Another invitation, pasted over this page's address: nothing but its fragment changes, so the browser stays.
  addEventListener('hashchange', () => location.reload());
  root.render(
    <SettingsContext value={settings()}>
      <App client={client} />
    </SettingsContext>,
  );
}
