/** One tab at a time for a room: two would answer for one session (e2ee/1, section 11). */
export interface Tabs {
  /**
   * Undefined when another tab has the room; otherwise gives it back. `takeOver` takes it from the other tab, and
   * `onLost` is called in a tab that it was taken from.
   */
  hold(roomId: string, options: { takeOver: boolean; onLost(): void }): Promise<(() => void) | undefined>;
}

/** By the browser's own locks, which a closed tab gives back by itself. */
export const browserTabs = (locks: LockManager): Tabs => ({
  hold: (roomId, { takeOver, onLost }) =>
    new Promise((resolve, reject) => {
      let held = false;
      const hold = (lock: Lock | null) => {
        held = lock !== null;
        return held ? new Promise<void>(release => resolve(release)) : resolve(undefined);
      };
      const how: LockOptions = takeOver ? { steal: true } : { ifAvailable: true };
      locks.request(`room ${roomId}`, how, hold).catch((error: unknown) => (held ? onLost() : reject(error)));
    }),
});
