import type { Settings } from '../session/settings.ts';
import { askToNotify } from './askToNotify.ts';
import { Group } from './Group.tsx';

export interface SettingsSwitchesProps {
  settings: Settings;
  onChange(change: Partial<Settings>): void;
}

/** A browser that does not allow notifications turns theirs off again. */
export function SettingsSwitches({ settings, onChange }: SettingsSwitchesProps) {
  return groups.map(({ legend, rows }) => (
    <Group key={legend} legend={legend}>
      {rows.map(({ name, words, hint }) => (
        <Switch key={name} on={settings[name]} hint={hint} onTurn={on => turn(name, on, onChange)}>
          {words}
        </Switch>
      ))}
    </Group>
  ));
}

type Flag = Exclude<keyof Settings, 'theme'>;

function turn(name: Flag, on: boolean, onChange: SettingsSwitchesProps['onChange']): void {
  onChange({ [name]: on });
  if (name === 'notify' && on) void askToNotify().then(notify => onChange({ notify }));
}

const groups: { legend: string; rows: { name: Flag; words: string; hint: string }[] }[] = [
  {
    legend: 'Motion and effects',
    rows: [
      { name: 'effects', words: 'Scan lines and glow', hint: 'Off when the system asks for more contrast' },
      { name: 'still', words: 'Reduce motion', hint: 'Also without it when the system asks for less' },
    ],
  },
  {
    legend: 'Notifications',
    rows: [
      { name: 'notify', words: 'Tell me of new lines when the tab is hidden', hint: 'Name and room, never the text' },
    ],
  },
  {
    legend: 'Writing',
    rows: [
      { name: 'enterSends', words: 'Enter sends', hint: 'Off: Ctrl+Enter sends, Enter starts a line' },
      { name: 'showTyping', words: 'Show others when I am typing', hint: 'They see that you write, not what' },
    ],
  },
];

interface SwitchProps {
  on: boolean;
  onTurn(on: boolean): void;
  hint: string;
  children: string;
}

function Switch({ on, onTurn, hint, children }: SwitchProps) {
  return (
    <label className="choice">
      <input type="checkbox" checked={on} onChange={event => onTurn(event.target.checked)} />
      <span>
        {children}
        <small>{hint}</small>
      </span>
    </label>
  );
}
