import { bytesLeftWords } from './byteWords.ts';
import { useSettings } from './SettingsContext.ts';

export type Mode = 'sealed' | 'only you' | 'plain' | 'stopped' | 'offline';

export interface StatusBarProps {
  mode: Mode;
  bytes: number;
  most: number;
  queued: number;
  /** The composer is there. */
  writing: boolean;
}

const tones: Record<Mode, string> = { sealed: '', 'only you': '', plain: 'warn', stopped: 'stop', offline: 'warn' };

/** For the eye only: everything in it is said elsewhere. */
export function StatusBar({ mode, bytes, most, queued, writing }: StatusBarProps) {
  const [{ enterSends }] = useSettings();
  return (
    <div className="status-bar" aria-hidden="true">
      <span className={`mode ${tones[mode]}`}>{mode}</span>
      {writing && (
        <span className="keys">
          <kbd>{enterSends ? 'Enter' : 'Ctrl+Enter'}</kbd> send <kbd>{enterSends ? 'Shift+Enter' : 'Enter'}</kbd> new
          line <kbd>Up</kbd> change last <kbd>/help</kbd>
        </span>
      )}
      <span className={bytes > most ? 'number end stop-text' : 'number end'}>
        {queued > 0 && `${queued} queued`}
        {queued === 0 && writing && bytesLeftWords(bytes, most)}
      </span>
    </div>
  );
}
