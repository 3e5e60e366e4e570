import { Wall } from './Wall.tsx';

export function NoStorage() {
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
