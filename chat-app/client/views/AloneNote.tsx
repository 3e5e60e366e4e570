export function AloneNote({ onInvite }: { onInvite(): void }) {
  return (
    <div className="note">
      <p>
        <b>You are alone.</b> What you write stays in this browser. When somebody comes, you are asked whether to send
        it.
      </p>
      <div className="actions">
        <button className="button primary" type="button" onClick={onInvite}>
          Invite somebody
        </button>
      </div>
    </div>
  );
}
