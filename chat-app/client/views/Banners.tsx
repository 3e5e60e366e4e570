import type { Banner } from '../session/state.ts';
import { Icon } from './Icon.tsx';

export interface BannersProps {
  banners: readonly Banner[];
  onInvite(): void;
  onCode(): void;
  onPlainOff(): void;
  onDismiss(key: string): void;
}

export function Banners({ banners, onInvite, onCode, onPlainOff, onDismiss }: BannersProps) {
  return (
    <div className="banners" role="status">
      {banners.map(banner => (
        <section key={banner.key} className="banner" aria-label="Warning">
          <Icon name="warn" />
          <div>
            <b>{banner.title}</b> {banner.text} {banner.code && <code>{banner.code}</code>}
          </div>
          <div className="actions">
            {banner.offer === 'invite' && <Offer word="Invite" onTake={onInvite} />}
            {banner.offer === 'room-code' && <Offer word="Room code" onTake={onCode} />}
            {banner.offer === 'plain-off' && <Offer word="Turn off" onTake={onPlainOff} />}
            {banner.offer !== 'plain-off' && (
              <button className="button quiet" type="button" onClick={() => onDismiss(banner.key)}>
                Dismiss
              </button>
            )}
          </div>
        </section>
      ))}
    </div>
  );
}

function Offer({ word, onTake }: { word: string; onTake(): void }) {
  return (
    <button className="button" type="button" onClick={onTake}>
      {word}
    </button>
  );
}
