import { describe, expect, it } from 'vitest';
import { pieces, plain, threeParts } from './shown-path';

describe('paths as they are shown', () => {
  it('show what would deceive as its code', () => {
    expect(plain('invoice\u202Efdp.exe')).toBe('invoice‹202E›fdp.exe');
    expect(plain('a\nb\u200Bc')).toBe('a‹000A›b‹200B›c');
    expect(pieces('ab\u0007c')).toEqual([
      { text: 'ab', code: false },
      { text: '‹0007›', code: true },
      { text: 'c', code: false },
    ]);
  });

  it('leave every other script alone', () => {
    for (const name of ['Отчёт.docx', 'レポート.txt', 'ملف.pdf', 'naïve 🙂.md']) expect(plain(name)).toBe(name);
  });

  it('keep the name and lose the middle', () => {
    expect(threeParts('a/b/c.txt')).toEqual({ folder: 'a/b/', start: '', tail: 'c.txt' });
    expect(threeParts('c.txt')).toEqual({ folder: '', start: '', tail: 'c.txt' });
    expect(threeParts('a/folder/')).toEqual({ folder: 'a/', start: '', tail: 'folder/' });
    const long = `a/${'x'.repeat(60)}.csv`;
    const { folder, start, tail } = threeParts(long);
    expect(folder + start + tail).toBe(long);
    expect(tail).toHaveLength(20);
    expect(threeParts('')).toEqual({ folder: '', start: '', tail: '' });
  });
});
