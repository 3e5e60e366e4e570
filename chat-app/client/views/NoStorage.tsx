import { Wall } from './Wall.tsx';

export interface NoStorageProps {
  /** There is storage, and no room in it. */
  full: boolean;
}

export function NoStorage({ full }: NoStorageProps) {
  return full ? <Full /> : <Off />;
}

function Off() {
  return (
    <Wall code="no-storage" title="This browser keeps nothing for this page">
      <p>
        Your key lives in the browser’s storage, which is off here: by a setting, or because this is a private window.
        Nothing was sent.
      </p>
      <p className="wall-do">Allow storage for this page, or open it in an ordinary window.</p>
    </Wall>
  );
}

function Full() {
  return (
    <Wall code="no-storage" title="This browser’s storage is full">
      <p>Your key lives in the browser’s storage, and there is no room left in it. Nothing was sent.</p>
      <p className="wall-do">Free some space on this device, then reload the page.</p>
    </Wall>
  );
}
