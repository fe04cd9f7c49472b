import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { closeBrowser, signedIn, violations } from './browser.mjs';
import { Daemon } from './daemon.mjs';

after(closeBrowser);

const SCREENS = ['/', '/set-up', '/conflicts', '/problems', '/activity', '/versions', '/kept', '/accounts', '/settings'];
const shots = process.env.SCREENSHOTS;

test('U51 U56 U59 every screen is accessible, fits, and keeps to its policy', async (t) => {
  const daemon = new Daemon();
  daemon.pairOfFolders();
  daemon.write('docs/a.txt', 'a');
  daemon.types('sync');
  daemon.write('docs/a.txt', 'here');
  daemon.write('nas/a.txt', 'there');
  await daemon.serves();
  try {
    for (const options of [
      { colorScheme: 'light' },
      { colorScheme: 'dark' },
      { forcedColors: 'active' },
      { colorScheme: 'light', viewport: { width: 320, height: 640 } },
    ]) {
      await t.test(JSON.stringify(options), async () => {
        const { page, shows, isSound, close } = await signedIn(daemon, options);
        for (const screen of SCREENS) {
          await shows(screen);
          await page.getByRole('heading', { level: 1 }).first().waitFor();
          assert.deepEqual(await violations(page), [], screen);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          assert.ok(overflow <= 0, `${screen} is ${overflow} px too wide`);
          if (shots) {
            mkdirSync(shots, { recursive: true });
            const name = `${screen.slice(1) || 'overview'}-${options.forcedColors ? 'forced' : options.colorScheme}-${options.viewport?.width ?? 1280}`;
            await page.screenshot({ path: `${shots}/${name}.png` });
          }
        }
        isSound();
        await close();
      });
      daemon.link = JSON.parse(daemon.types('--json', 'serve')).serving.link;
    }
  } finally {
    daemon.ends();
  }
});
