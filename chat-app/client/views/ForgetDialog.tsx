import { Dialog } from './Dialog.tsx';

export interface ForgetDialogProps {
  roomId: string;
  onForget(): void;
  onClose(): void;
}

/** Asks once: what is forgotten here is nowhere else. */
export function ForgetDialog({ roomId, onForget, onClose }: ForgetDialogProps) {
  return (
    <Dialog title={`Forget ${roomId}?`} onClose={onClose} actions={<Ways onForget={onForget} onClose={onClose} />}>
      <p className="saying">
        You leave the room, and this browser removes everything that it keeps of it: its lines, your draft, its secret
        link, and which keys you have seen in it.
      </p>
      <p className="saying">
        <b>Nobody can bring the lines back.</b> To come in again you need the link. People whom you verified stay
        verified.
      </p>
    </Dialog>
  );
}

function Ways({ onForget, onClose }: Omit<ForgetDialogProps, 'roomId'>) {
  return (
    <>
      <button className="button primary" type="button" onClick={onClose}>
        Keep it
      </button>
      <button className="button grave" type="button" onClick={onForget}>
        Forget it
      </button>
    </>
  );
}
