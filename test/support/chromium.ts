/** Finds a Chromium without root and without apt, and starts it for tests. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, LaunchOptions } from 'playwright-core';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** No calls home, no first-run page, no GPU; without a sandbox only where root leaves no other way. */
export const quietArguments = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-gpu',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** A new browser; whoever asks for it closes it. */
export async function launchChromium({ args = [], ...options }: LaunchOptions = {}): Promise<Browser> {
  const { path, args: needed } = await findChromium();
  return chromium.launch({ ...options, executablePath: path, args: [...quietArguments, ...needed, ...args] });
}

export interface Found {
  path: string;
  /** What this build needs beside the usual arguments. */
  args: string[];
}

/** In this order: BYTECHAT_TEST_CHROMIUM, PATH, the usual places, @sparticuz/chromium from npm, Playwright's own. */
export async function findChromium(env: NodeJS.ProcessEnv = process.env, places = usualPlaces): Promise<Found> {
  const named = env.BYTECHAT_TEST_CHROMIUM;
  if (named) return { path: named, args: [] };
  const installed = [...onPath(env.PATH ?? ''), ...places].find(isProgram);
  if (installed) return { path: installed, args: [] };
  return (await packaged()) ?? playwrightsOwn();
}

const onPath = (path: string): string[] =>
  path.split(delimiter).flatMap(folder => names.map(name => join(folder, name)));

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A Chromium inside an npm package (Linux only): fetched into the user's cache the first time it is needed. */
async function packaged(): Promise<Found | undefined> {
  if (process.platform !== 'linux') return undefined;
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'bytechat', 'chromium');
  if (!existsSync(join(folder, 'node_modules/@sparticuz/chromium')) && !fetchPackage(folder)) return undefined;
  const { href } = pathToFileURL(createRequire(join(folder, 'x.js')).resolve('@sparticuz/chromium'));
  const { default: build } = (await import(href)) as { default: { executablePath(): Promise<string>; args: string[] } };
  return { path: await build.executablePath(), args: build.args };
}

function fetchPackage(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  const npm = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '@sparticuz/chromium'];
  return spawnSync('npm', npm, { stdio: 'ignore' }).status === 0;
}

function playwrightsOwn(): Found {
  const path = chromium.executablePath();
  if (!existsSync(path)) {
    throw new Error(
      'No Chromium for the browser tests: set BYTECHAT_TEST_CHROMIUM, install one, or run npx playwright-core install chromium',
    );
  }
  return { path, args: [] };
}
