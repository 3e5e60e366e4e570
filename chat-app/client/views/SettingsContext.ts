import { createContext, useContext, useSyncExternalStore } from 'react';
import { defaultSettings, type Settings } from '../session/settings.ts';
import { createStore, type Store } from '../session/store.ts';

/** Where the settings are; without one, the defaults for as long as the page is open. */
export const SettingsContext = createContext<Store<Settings>>(createStore(defaultSettings));

export function useSettings(): [Settings, (change: Partial<Settings>) => void] {
  const store = useContext(SettingsContext);
  const settings = useSyncExternalStore(store.subscribe, store.snapshot);
  return [settings, change => store.set({ ...store.snapshot(), ...change })];
}
