import { describe, expect, it } from 'vitest';
import { headAndTail, pieces, plain } from './shown-path';

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
    expect(headAndTail('a/b/c.txt')).toEqual({ head: 'a/b/', tail: 'c.txt' });
    expect(headAndTail('c.txt')).toEqual({ head: '', tail: 'c.txt' });
    expect(headAndTail('a/folder/')).toEqual({ head: 'a/', tail: 'folder/' });
    const long = `a/${'x'.repeat(60)}.csv`;
    const cut = headAndTail(long);
    expect(cut.head + cut.tail).toBe(long);
    expect(cut.tail).toHaveLength(20);
    expect(headAndTail('')).toEqual({ head: '', tail: '' });
  });
});
