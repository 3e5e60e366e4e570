/** How a person wants the page to look and behave, on this device. Nothing in it is secret. */
import { createStore, type Store } from './store.ts';

export const THEMES = ['green', 'amber', 'paper'] as const;

export interface Settings {
  theme: (typeof THEMES)[number];
  /** Scan lines and glow. */
  effects: boolean;
  /** Less motion than the system asks for. */
  still: boolean;
  /** Tells of lines that come while the tab is hidden: who and where, never what. */
  notify: boolean;
  /** Otherwise Ctrl+Enter sends, and Enter starts a line. */
  enterSends: boolean;
  /** Shows the others when something is being written. */
  showTyping: boolean;
}

export const defaultSettings: Settings = {
  theme: 'green',
  effects: true,
  still: false,
  notify: false,
  enterSends: true,
  showTyping: true,
};

const PLACE = 'settings';

/** Kept for the next visit. A browser that keeps nothing, or something else, gives the defaults. */
export function keptSettings(storage: Storage): Store<Settings> {
  const store = createStore(parseSettings(storage.getItem(PLACE)));
  return {
    ...store,
    set: settings => {
      store.set(settings);
      storage.setItem(PLACE, JSON.stringify(settings));
    },
  };
}

export function parseSettings(text: string | null): Settings {
  const kept = object(text);
  const theme = THEMES.find(one => one === kept.theme) ?? defaultSettings.theme;
  const flags = Object.entries(defaultSettings).map(([name, value]) => {
    const found = kept[name];
    return [name, typeof value === 'boolean' && typeof found === 'boolean' ? found : value];
  });
  return { ...Object.fromEntries(flags), theme } as Settings;
}

function object(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
