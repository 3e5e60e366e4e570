import { useEffect, useState } from 'react';

/** A number that takes a moment to compute; undefined until then. `load` is another one for another number. */
export function useNumber(load: () => Promise<string>): string | undefined {
  const [number, setNumber] = useState<{ of: typeof load; text: string }>();
  useEffect(() => {
    let wanted = true;
    load().then(
      text => wanted && setNumber({ of: load, text }),
      error => reportError(error),
    );
    return () => {
      wanted = false;
    };
  }, [load]);
  return number?.of === load ? number.text : undefined;
}
