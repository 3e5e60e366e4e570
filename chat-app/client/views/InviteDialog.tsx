import { useState } from 'react';
import { Dialog } from './Dialog.tsx';
import { Icon } from './Icon.tsx';
import { QrCode } from './QrCode.tsx';

export interface InviteDialogProps {
  roomId: string;
  /** The whole address. */
  invitation: string;
  /** It carries the room's secret. */
  linked: boolean;
  onClose(): void;
}

export function InviteDialog({ roomId, invitation, linked, onClose }: InviteDialogProps) {
  const [said, setSaid] = useState('');
  const copy = () =>
    navigator.clipboard.writeText(invitation).then(
      () => setSaid('Copied'),
      () => setSaid('The browser does not allow it: select the link and copy it by hand'),
    );
  return (
    <Dialog
      title={`Invite to ${roomId}`}
      onClose={onClose}
      actions={<Actions invitation={invitation} said={said} onCopy={copy} />}
    >
      <p className="saying">
        <b>Whoever has this link can join and read what follows.</b> Send it by a way you trust. Earlier messages stay
        sealed.
      </p>
      <LinkAndCode invitation={invitation} hint={linked ? secretHint : openHint} />
    </Dialog>
  );
}

function LinkAndCode({ invitation, hint }: { invitation: string; hint: string }) {
  return (
    <div className="beside">
      <div>
        <div className="field">
          <label htmlFor="invitation">Link</label>
          <textarea id="invitation" className="input link-box" rows={3} readOnly value={invitation} />
        </div>
        <p className="hint">{hint}</p>
      </div>
      <div>
        <QrCode text={invitation} label="QR code of the invitation link" />
      </div>
    </div>
  );
}

const secretHint = 'The part after # is the room’s secret. Browsers never send it to the relay.';
const openHint = 'This room has no secret: whoever knows its name can come in, link or not.';

function Actions({ invitation, said, onCopy }: { invitation: string; said: string; onCopy(): void }) {
  return (
    <>
      <button className="button primary" type="button" onClick={onCopy}>
        <Icon name="copy" /> Copy link
      </button>
      {'share' in navigator && (
        <button className="button" type="button" onClick={() => share(invitation)}>
          Share…
        </button>
      )}
      <p className="hint" role="status">
        {said}
      </p>
    </>
  );
}

/** Closing the system's sheet is a refusal to share, not a fault. */
const share = (url: string): Promise<void> => navigator.share({ url }).catch(() => undefined);
