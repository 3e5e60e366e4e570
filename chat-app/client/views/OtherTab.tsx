import { Wall } from './Wall.tsx';

export interface OtherTabProps {
  roomId: string;
  onUseHere(): void;
}

export function OtherTab({ roomId, onUseHere }: OtherTabProps) {
  return (
    <Wall code="tab-active" title={`${roomId} is open in another tab`}>
      <p>One tab at a time speaks for you in a room. Go on in the other one, or take the room over here.</p>
      <button className="button primary wide" type="button" onClick={onUseHere}>
        Use it in this tab
      </button>
    </Wall>
  );
}
