import { describe, expect, it } from 'vitest';
import type { KeptLine } from '../../generated/control';
import { chosenKept, isTyped, keptBytes } from './kept-rows';

const line = (id: string, pair: string, path: string, size: number, kept_ns: number): KeptLine => ({
  id, pair, path, size, kept_ns, why: 'deleted', until_ns: kept_ns + 10,
});
const lines = [line('1', 'docs', 'b/Plan.md', 5, 3), line('2', 'docs', 'a.txt', 9, 2), line('3', 'photos', 'plan.jpg', 1, 1)];
const ids = (chosen: KeptLine[]) => chosen.map((one) => one.id).join('');

describe('kept files', () => {
  it('are found by pair and by a part of the path', () => {
    expect(ids(chosenKept(lines, '', '', null))).toBe('123');
    expect(ids(chosenKept(lines, '', ' PLAN ', null))).toBe('13');
    expect(ids(chosenKept(lines, 'docs', 'plan', null))).toBe('1');
  });

  it('are sorted both ways', () => {
    expect(ids(chosenKept(lines, '', '', { key: 'bytes', down: false }))).toBe('213');
    expect(ids(chosenKept(lines, '', '', { key: 'path', down: true }))).toBe('312');
    expect(ids(chosenKept(lines, '', '', { key: 'since', down: true }))).toBe('321');
  });

  it('are emptied only when their number was typed', () => {
    expect([isTyped('1,234', 1234), isTyped(' 1 234 ', 1234), isTyped('', 0), isTyped('123', 1234)]).toEqual([true, true, false, false]);
    expect(keptBytes(lines)).toBe(15);
  });
});
