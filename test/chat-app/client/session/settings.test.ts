import { expect, test } from 'vitest';
import { defaultSettings, keptSettings, parseSettings } from '../../../../chat-app/client/session/settings.ts';

test.each([
  ['nothing', null, {}],
  ['no JSON', '{', {}],
  ['no object', '7', {}],
  ['a theme', '{"theme":"amber"}', { theme: 'amber' }],
  ['a theme that does not exist', '{"theme":"pink"}', {}],
  ['flags', '{"notify":true,"enterSends":false}', { notify: true, enterSends: false }],
  ['flags of another type, and names of nothing', '{"notify":"yes","what":true}', {}],
])('%s', (_, text, expected) => {
  expect(parseSettings(text)).toEqual({ ...defaultSettings, ...expected });
});

test('what is set is told, and found at the next visit', () => {
  const places = new Map<string, string>();
  const storage = {
    getItem: (place: string) => places.get(place) ?? null,
    setItem: (place: string, text: string) => void places.set(place, text),
  } as Storage;
  const settings = keptSettings(storage);
  const told: string[] = [];
  settings.subscribe(() => told.push(settings.snapshot().theme));
  settings.set({ ...defaultSettings, theme: 'paper' });
  expect(told).toEqual(['paper']);
  expect(keptSettings(storage).snapshot().theme).toBe('paper');
});
