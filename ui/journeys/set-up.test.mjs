import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, signedIn } from './browser.mjs';
import { Daemon, until } from './daemon.mjs';

after(closeBrowser);

test('U01 U02 a first run leads to a pair in four screens, and nothing is written before Start', async () => {
  const daemon = new Daemon();
  try {
    const evo = await daemon.service('evo');
    await evo.control('files/there.txt', { method: 'PUT', body: 'there' });
    daemon.write('docs/here.txt', 'here');
    await daemon.serves();
    const { page, shows, isSound } = await signedIn(daemon);
    await page.getByRole('link', { name: /Set up/ }).first().click();
    await page.getByRole('radio', { name: /Seequent Evo/ }).check();
    await page.getByRole('textbox', { name: 'Address', exact: true }).fill(evo.base_url);
    await page.getByRole('textbox', { name: 'Organisation', exact: true }).fill(evo.organisation_id);
    await page.getByRole('textbox', { name: 'Workspace', exact: true }).fill(evo.workspace_id);
    await page.getByText('With a token', { exact: true }).click();
    await page.getByRole('textbox', { name: /token/i }).fill('evo-token');
    await page.getByText('It works', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('Which place in', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Folder', { exact: true }).fill(daemon.path('docs'));
    await page.getByLabel('Name of the pair').fill('wells');
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    assert.equal(await page.getByLabel('Folder', { exact: true }).inputValue(), daemon.path('docs'));
    assert.equal(await page.getByLabel('Name of the pair').inputValue(), 'wells');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('here.txt').first().waitFor();
    await page.getByText('there.txt').first().waitFor();
    const before = await (await evo.control('state')).json();
    assert.deepEqual(before.files.map((file) => file.path), ['there.txt']);
    assert.throws(() => daemon.read('docs/there.txt'));
    assert.equal(JSON.parse(daemon.types('--json', 'pair', 'list')).pairs.length, 0);
    await page.getByRole('button', { name: 'Start' }).click();
    await until('the file from the service', () => daemon.read('docs/there.txt') === 'there');
    await until('the file at the service', async () => (await (await evo.control('files/here.txt')).text()) === 'here');
    await shows('/');
    await page.getByText('Up to date', { exact: false }).first().waitFor();
    assert.deepEqual(await (await evo.control('breaches')).json(), []);
    isSound();
  } finally {
    daemon.ends();
  }
});

test('U13 a daemon that dies is noticed within three seconds, and so is its return', async () => {
  const daemon = new Daemon();
  try {
    daemon.pairOfFolders();
    await daemon.serves();
    const { address } = daemon;
    const { page } = await signedIn(daemon);
    await page.getByText('Up to date', { exact: false }).first().waitFor();
    await daemon.isKilled();
    await page.getByText('Tidemark isn’t answering').first().waitFor({ timeout: 3000 });
    daemon.write('docs/new.txt', 'new');
    await daemon.serves(address);
    await until('the file on the other side', () => daemon.read('nas/new.txt') === 'new');
    await page.getByText(/Up to date/).first().waitFor();
  } finally {
    daemon.ends();
  }
});
