import type { ReactNode } from 'react';
import { type Settings, THEMES } from '../session/settings.ts';
import { askToNotify } from './askToNotify.ts';
import { Dialog } from './Dialog.tsx';
import { PageHash } from './PageHash.tsx';
import { useSettings } from './SettingsContext.ts';

export interface SettingsDialogProps {
  roomId: string;
  /** The lines stay in this browser. */
  onLeave(): void;
  onForget(): void;
  onClose(): void;
}

export function SettingsDialog({ roomId, onLeave, onForget, onClose }: SettingsDialogProps) {
  const [settings, change] = useSettings();
  const notify = (on: boolean) => {
    if (on) void askToNotify().then(allowed => change({ notify: allowed }));
    else change({ notify: false });
  };
  return (
    <Dialog title="Settings" onClose={onClose} actions={<Done onClose={onClose} />}>
      <Themes theme={settings.theme} onChoose={theme => change({ theme })} />
      <Group legend="Motion and effects">
        <Switch
          on={settings.effects}
          onTurn={effects => change({ effects })}
          hint="Off when the system asks for more contrast"
        >
          Scan lines and glow
        </Switch>
        <Switch
          on={settings.still}
          onTurn={still => change({ still })}
          hint="Also without it when the system asks for less"
        >
          Reduce motion
        </Switch>
      </Group>
      <Group legend="Notifications">
        <Switch on={settings.notify} onTurn={notify} hint="Name and room, never the text">
          Tell me of new lines when the tab is hidden
        </Switch>
      </Group>
      <Group legend="Writing">
        <Switch
          on={settings.enterSends}
          onTurn={enterSends => change({ enterSends })}
          hint="Off: Ctrl+Enter sends, Enter starts a line"
        >
          Enter sends
        </Switch>
        <Switch
          on={settings.showTyping}
          onTurn={showTyping => change({ showTyping })}
          hint="They see that you write, not what"
        >
          Show others when I am typing
        </Switch>
      </Group>
      <Group legend="This room">
        <p className="hint">Your key, the lines of {roomId} and your drafts live here, sealed, and nowhere else.</p>
        <div className="actions">
          <button className="button" type="button" onClick={onLeave}>
            Leave the room
          </button>
          <button className="button grave" type="button" onClick={onForget}>
            Forget this room…
          </button>
        </div>
      </Group>
      <PageHash />
    </Dialog>
  );
}

function Done({ onClose }: { onClose(): void }) {
  return (
    <button className="button primary" type="button" onClick={onClose}>
      Done
    </button>
  );
}

function Group({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset className="group">
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}

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

type Theme = Settings['theme'];

const themeWords: Record<Theme, [name: string, hint: string]> = {
  green: ['Green', 'the default'],
  amber: ['Amber', 'warmer, less blue'],
  paper: ['Paper', 'light, high contrast'],
};

function Themes({ theme, onChoose }: { theme: Theme; onChoose(theme: Theme): void }) {
  return (
    <Group legend="Screen">
      <div className="themes">
        {THEMES.map(each => (
          <label key={each} className="choice theme" data-theme={each}>
            <input type="radio" name="theme" checked={theme === each} onChange={() => onChoose(each)} />
            <span>
              {themeWords[each][0]}
              <small>{themeWords[each][1]}</small>
            </span>
          </label>
        ))}
      </div>
    </Group>
  );
}
