import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds the daemon. */
const daemon = 'http://127.0.0.1:8743';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2023',
    // light-dark() and oklch() stay as they are written.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    // The page's policy is `default-src 'self'`: nothing may become a data: address or an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The daemon answers its own page only: it is asked under its own name.
  server: { proxy: { '^/(api|login)': { target: daemon, changeOrigin: true, headers: { origin: daemon } } } },
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  test: { include: ['src/**/*.test.ts'] },
});
