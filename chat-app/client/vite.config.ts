import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { publish } from './publish.ts';

/**
 * The page runs under `script-src 'self'; style-src 'self'; font-src 'self'`: nothing is inlined, not even a small file.
 * `npx vite chat-app/client` serves it for work on the views; the page then finds a relay on ports 5001 to 5010.
 */
export default defineConfig({
  plugins: [react(), publish()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
