import { findChromium } from './chromium.ts';

/** Something real that tests run against. */
export interface Engine {
  readonly name: string;
  /** What is not tested without it. */
  readonly without: string;
  readonly fix: string;
}

const isFound = async (look: () => Promise<unknown>): Promise<boolean> => {
  try {
    await look();
    return true;
  } catch {
    return false;
  }
};

/** The engines that tests would use and that are not here, each in one line's worth of words. */
export const missingEngines = async (): Promise<Engine[]> => {
  const chromium = {
    name: 'Chromium',
    without: 'the pages of the chat are not tested',
    fix: 'install chromium, or let npm fetch one',
  };
  return (await isFound(findChromium)) ? [] : [chromium];
};
