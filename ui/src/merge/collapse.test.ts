import { describe, expect, it } from 'vitest';
import { fold } from './collapse';

const lines = (count: number) => Array.from({ length: count }, (_, i) => `${i}\n`).join('');

describe('what is merged already', () => {
  it('is collapsed but for three lines around a stop', () => {
    const text = lines(10);
    expect(fold(text, false, false)).toEqual({ from: 6, to: 13, lines: 4 });
    expect(text.slice(6, 13)).toBe('3\n4\n5\n6');
    expect(fold(text, true, false)).toEqual({ from: 0, to: 13, lines: 7 });
    expect(fold(text, false, true)).toEqual({ from: 6, to: 19, lines: 7 });
    expect(fold(text, true, true)?.lines).toBe(10);
    expect(fold('a\nb\nc\nd\ne', false, true)).toBeNull();
    expect(fold(`${lines(7)}e`, false, true)).toEqual({ from: 6, to: 15, lines: 5 });
  });

  it('isn’t where it is short', () => {
    expect(fold('', true, true)).toBeNull();
    expect(fold(lines(9), false, false)).toBeNull();
    expect(fold(lines(3), true, true)).toBeNull();
  });
});
