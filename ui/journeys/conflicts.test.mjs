import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, signedIn } from './browser.mjs';
import { Daemon, until } from './daemon.mjs';

after(closeBrowser);

const base = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', ''].join('\n');
const mine = base.replace('one', 'ONE here').replace('five', 'five here');
const theirs = base.replace('nine', 'NINE there').replace('five', 'five there');

/** A pair in step, then `plan.txt` is changed on both sides. */
async function inConflict() {
  const daemon = new Daemon();
  daemon.pairOfFolders();
  daemon.write('docs/plan.txt', base);
  daemon.types('sync');
  daemon.write('docs/plan.txt', mine);
  daemon.write('nas/plan.txt', theirs);
  await daemon.serves();
  const browsed = await signedIn(daemon);
  await browsed.shows('/conflicts');
  await browsed.page.getByText('plan.txt').first().waitFor();
  return { daemon, ...browsed };
}

const sides = (daemon) => [daemon.read('docs/plan.txt'), daemon.read('nas/plan.txt')];

test('U18 U19 U22 a text is merged, its draft outlives reload and kill, and the decision is undone', async () => {
  const { daemon, page, shows, isSound } = await inConflict();
  try {
    const { address } = daemon;
    const id = JSON.parse(daemon.types('--json', 'conflicts', 'list')).conflicts[0].id;
    await shows(`/conflicts/${id}`);
    await page.getByText('Conflict 1 of 1').first().waitFor();
    const save = page.getByRole('button', { name: 'Save merged file' });
    assert.ok(await save.isDisabled());
    await page.getByText('Both', { exact: true }).first().click();
    await page.getByText('All are decided.').first().waitFor();
    await page.getByText(/Draft kept/).first().waitFor();
    assert.deepEqual(sides(daemon), [mine, theirs]);
    await daemon.isKilled();
    await daemon.serves(address);
    await page.reload();
    await page.getByText('All are decided.').first().waitFor();
    assert.deepEqual(sides(daemon), [mine, theirs]);
    await page.getByRole('button', { name: 'Save merged file' }).click();
    const merged = base.replace('one', 'ONE here').replace('five', 'five here\nfive there').replace('nine', 'NINE there');
    await until('the merged file', () => sides(daemon).every((side) => side === merged));
    await shows('/conflicts');
    await page.getByRole('button', { name: /Undo the decision on/ }).or(page.getByRole('button', { name: 'Undo', exact: true })).first().click();
    await until('both versions', () => sides(daemon)[0] === mine && sides(daemon)[1] === theirs);
    assert.equal(JSON.parse(daemon.types('--json', 'conflicts', 'list')).conflicts[0].path, 'plan.txt');
    isSound();
  } finally {
    daemon.ends();
  }
});

test('U20 a side that moves on keeps a merge from being saved, and the draft stays', async () => {
  const { daemon, page, shows, isSound } = await inConflict();
  try {
    const id = JSON.parse(daemon.types('--json', 'conflicts', 'list')).conflicts[0].id;
    await shows(`/conflicts/${id}`);
    await page.getByText('This computer’s', { exact: true }).first().click();
    await page.getByText(/Draft kept/).first().waitFor();
    const later = theirs.replace('two', 'two, later');
    daemon.write('nas/plan.txt', later);
    await page.getByText('A side was changed meanwhile').first().waitFor();
    assert.deepEqual(sides(daemon), [mine, later]);
    isSound();
  } finally {
    daemon.ends();
  }
});

test('U26 many are decided at once, by keys, and one Undo brings all back', async () => {
  const daemon = new Daemon();
  try {
    daemon.pairOfFolders();
    const names = Array.from({ length: 30 }, (_, number) => `notes/${number}.txt`);
    names.forEach((name) => daemon.write(`docs/${name}`, 'base'));
    daemon.types('sync');
    for (const name of names) {
      daemon.write(`docs/${name}`, `here ${name}`);
      daemon.write(`nas/${name}`, `there ${name}`);
    }
    await daemon.serves();
    const { page, shows, isSound } = await signedIn(daemon);
    await shows('/conflicts');
    await page.getByText('30 conflicts').first().waitFor();
    await page.getByRole('grid').getByRole('checkbox').first().check();
    await page.getByText('30 selected').first().waitFor();
    await page.getByRole('button', { name: 'Keep this computer’s' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: /Keep this computer’s/ }).click();
    await until('this computer’s on both sides', () => names.every((name) => daemon.read(`nas/${name}`) === `here ${name}`));
    await page.getByRole('button', { name: 'Undo', exact: true }).first().click();
    await until('both versions again', () =>
      names.every((name) => daemon.read(`nas/${name}`) === `there ${name}` && daemon.read(`docs/${name}`) === `here ${name}`),
    );
    isSound();
  } finally {
    daemon.ends();
  }
});
