import { describe, expect, it } from 'vitest';
import { detailAct, DETAIL_KEYS, listAct, LIST_KEYS, type Pressed } from './keys';

const key = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more,
});

describe('keys of the list', () => {
  it('are those of the sheet, and no two are one', () => {
    for (const keys of [LIST_KEYS, DETAIL_KEYS]) expect(new Set(keys.map((one) => one.key)).size).toBe(keys.length);
    expect(LIST_KEYS.map(({ key: name }) => listAct(key(name), true))).toEqual(LIST_KEYS.map(({ act }) => act));
    expect(listAct(key('M', { shiftKey: true }), true)).toBe('merge');
    expect(listAct(key('*', { shiftKey: true }), true)).toBe('kind');
  });

  it('leave the browser’s and the grid’s alone', () => {
    for (const name of [' ', 'Enter', 'ArrowDown', 'x', 'F5', 'Tab']) expect(listAct(key(name), true)).toBeNull();
    for (const more of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }]) expect(listAct(key('1', more), true)).toBeNull();
  });

  it('do nothing when they are off', () => {
    for (const { key: name } of LIST_KEYS) expect(listAct(key(name), false)).toBeNull();
    for (const { key: name } of DETAIL_KEYS) expect(detailAct(key(name), false, false)).toBeNull();
  });
});

describe('keys where a conflict is open', () => {
  it('are those of the sheet', () => {
    expect(DETAIL_KEYS.map(({ key: name }) => detailAct(key(name), true, false))).toEqual(DETAIL_KEYS.map(({ act }) => act));
  });

  it('are letters in a text, but for F7', () => {
    for (const { key: name } of DETAIL_KEYS) expect(detailAct(key(name), true, true)).toBeNull();
    expect(detailAct(key('F7'), false, true)).toBe('next');
    expect(detailAct(key('F7', { shiftKey: true }), true, false)).toBe('previous');
    expect(detailAct(key('F7', { ctrlKey: true }), true, false)).toBeNull();
  });
});
