/** Somebody at a browser: a context of their own, and what they do on the page, by its names and labels. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { loadAgain } from './network.ts';

export interface Person {
  page: Page;
  /** Everything that went over WebSockets in both directions, as bytes. */
  frames: Buffer[];
  /** What the page's policy refused, and errors that nobody caught. */
  faults: string[];
  say(text: string): Promise<void>;
  /** Waits until a line with this text stands in the log. */
  sees(text: string): Promise<void>;
  /** Waits until somebody of this name is among the members. */
  meets(name: string): Promise<void>;
  /** The texts of all lines in the log. */
  lines(): Promise<string[]>;
  invitation(): Promise<string>;
  leaveBrowser(): Promise<void>;
}

export async function newPerson(browser: Browser, context?: BrowserContext): Promise<Person> {
  const own = context ?? (await browser.newContext());
  const page = await own.newPage();
  const frames: Buffer[] = [];
  const faults: string[] = [];
  loadAgain(page);
  page.on('pageerror', error => faults.push(error.message));
  page.on('console', message => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  page.on('websocket', socket => {
    socket.on('framesent', ({ payload }) => frames.push(Buffer.from(payload)));
    socket.on('framereceived', ({ payload }) => frames.push(Buffer.from(payload)));
  });
  return {
    page,
    frames,
    faults,
    say: async text => {
      await page.getByRole('textbox', { name: 'Message' }).fill(text);
      await page.getByRole('textbox', { name: 'Message' }).press('Enter');
    },
    sees: text => page.locator('.message-text', { hasText: text }).first().waitFor(),
    meets: name => page.getByRole('list', { name: 'Members' }).locator('b').getByText(name, { exact: true }).waitFor(),
    lines: () => page.locator('.message-text').allTextContents(),
    invitation: () => readInvitation(page),
    leaveBrowser: () => own.close(),
  };
}

/** Starts a room of one's own, and closes the invitation that comes first. */
export async function startRoom(
  { page }: Person,
  origin: string,
  room: { roomId: string; name: string },
): Promise<void> {
  await page.goto(origin);
  await page.getByRole('textbox', { name: 'Room' }).fill(room.roomId);
  await page.getByLabel('Your name').fill(room.name);
  await page.getByRole('button', { name: `Start ${room.roomId}` }).click();
  await page.getByRole('heading', { name: `Invite to ${room.roomId}` }).waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
}

export async function joinRoom({ page }: Person, invitation: string, name: string): Promise<void> {
  await page.goto(invitation);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: /^Join / }).click();
  await page.getByRole('log').waitFor();
}

async function readInvitation(page: Page): Promise<string> {
  await page.getByRole('navigation').getByRole('button', { name: 'Invite' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  await page.getByRole('button', { name: 'Close' }).click();
  return link;
}
