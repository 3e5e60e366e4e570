import type { Settings } from '../session/settings.ts';

/** The styles follow these marks on the page's root. */
export function applySettings({ theme, effects, still }: Settings, { dataset }: HTMLElement): void {
  dataset.theme = theme;
  dataset.effects = effects ? 'on' : 'off';
  dataset.motion = still ? 'still' : 'system';
}
