/** Debian's Chromium with a page that is signed in, which notes everything that goes wrong in it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

let browser = null;

export async function signedIn(daemon, options = {}) {
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // What the daemon refuses or a dead one doesn't answer is told on the page; the browser notes it here, too.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text());
  });
  await page.goto(daemon.link);
  await page.waitForURL(/\/(#.*)?$/);
  return {
    page,
    shows: (route) => page.goto(`http://${daemon.address}/#${route}`),
    /** U59: nothing broke the page's policy, and no script failed. */
    isSound: () => assert.deepEqual(faults, []),
    close: () => context.close(),
  };
}

/** U51: what axe finds against WCAG 2.2 AA. Its script comes by the debugger, past the page's own policy. */
export async function violations(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe });
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }),
  );
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

export async function closeBrowser() {
  await browser?.close();
}
