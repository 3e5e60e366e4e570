/** The API server's clock, as its answers tell it: the one clock that all who ask for a lock share. */
export interface ServerClock {
  /** `date` of an answer, in ms since 1970, and when its question was sent (`performance.now()`). */
  hear(date: number | undefined, sent: number): void;
  /**
   * The latest that it may show now. An answer counts whole seconds, rounded down, so its clock shows up to 1 s more.
   * Written into a lease it is never too early, and an answer's own date never too late: nobody expires before time.
   */
  latest(): number;
}

const SECOND = 1000;

export const createServerClock = (elapsed: () => number = () => performance.now()): ServerClock => {
  let heard = { date: Date.now(), sent: elapsed() };
  return {
    hear: (date, sent) => {
      if (date !== undefined) heard = { date: date + SECOND, sent };
    },
    latest: () => Math.ceil(heard.date + elapsed() - heard.sent),
  };
};
