import { type Settings, THEMES } from '../session/settings.ts';
import { Dialog } from './Dialog.tsx';
import { Group } from './Group.tsx';
import { PageHash } from './PageHash.tsx';
import { useSettings } from './SettingsContext.ts';
import { SettingsSwitches } from './SettingsSwitches.tsx';

export interface SettingsDialogProps {
  roomId: string;
  /** The lines stay in this browser. */
  onLeave(): void;
  onForget(): void;
  onClose(): void;
}

export function SettingsDialog({ roomId, onLeave, onForget, onClose }: SettingsDialogProps) {
  const [settings, change] = useSettings();
  return (
    <Dialog title="Settings" onClose={onClose} actions={<Done onClose={onClose} />}>
      <Themes theme={settings.theme} onChoose={theme => change({ theme })} />
      <SettingsSwitches settings={settings} onChange={change} />
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
