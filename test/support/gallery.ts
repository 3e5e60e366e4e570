/** Serves the gallery of screens (test/chat-app/client/views/gallery) on a free port. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createServer } from 'vite';
import { loadAgain } from './network.ts';

const root = join(import.meta.dirname, '../..');

export interface Gallery {
  /** Goes to one screen and waits until it stands there. */
  show(page: Page, name: string, theme?: string): Promise<void>;
  close(): Promise<void>;
}

export async function serveGallery(): Promise<Gallery> {
  const cacheDir = mkdtempSync(join(tmpdir(), 'bytechat-gallery-'));
  const server = await createServer({
    configFile: join(root, 'chat-app/client/vite.config.ts'),
    root: join(root, 'test/chat-app/client/views/gallery'),
    cacheDir,
    logLevel: 'warn',
    server: { host: '127.0.0.1', port: 0, hmr: false, fs: { allow: [root] } },
    optimizeDeps: { include: ['react', 'react-dom/client', 'react/jsx-dev-runtime', 'uqr'] },
  });
  await server.listen();
  const [origin = ''] = server.resolvedUrls?.local ?? [];
  const known = new WeakSet<Page>();
  return {
    show: async (page, name, theme = 'green') => {
      if (!known.has(page)) loadAgain(page);
      known.add(page);
      await page.goto(`${origin}?theme=${theme}#${name}`);
      await page.locator(`body[data-screen="${name}"]`).waitFor();
    },
    close: async () => {
      await server.close();
      rmSync(cacheDir, { recursive: true, force: true });
    },
  };
}
