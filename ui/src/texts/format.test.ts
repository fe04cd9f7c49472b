import { describe, expect, it } from 'vitest';
import * as format from './format';
import { pseudo, pseudoCatalogue } from './pseudo';
import { t } from '.';

const at = (text: string) => new Date(text).getTime() * 1e6;

describe('numbers', () => {
  it('of bytes have three digits and never a unit too small', () => {
    const shown = [0, 1, 999, 1000, 1234, 999_949, 999_950, 1e6, 4_812_345_678, 1.5e15].map(format.bytes);
    expect(shown).toEqual(['0 B', '1 B', '999 B', '1 kB', '1.23 kB', '1 MB', '1 MB', '1 MB', '4.81 GB', '1.5 PB']);
    expect(format.bytes(NaN)).toBe('–');
    expect(format.bytes(-1)).toBe('–');
  });

  it('of two amounts share a unit', () => {
    expect(format.bytesOf(1_200_000_000, 4_800_000_000)).toEqual({ done: '1.2', total: '4.8 GB' });
    expect(format.bytesOf(9e9, 4_800_000_000)).toEqual({ done: '4.8', total: '4.8 GB' });
    expect(format.bytesOf(0, 0)).toEqual({ done: '0', total: '0 B' });
  });

  it('say one thing in the singular', () => {
    expect(format.count(1, 'file', 'files')).toBe('1 file');
    expect(format.count(0, 'file', 'files')).toBe('0 files');
    expect(format.count(12_400, 'file', 'files')).toBe('12,400 files');
  });
});

describe('times', () => {
  const now = at('2026-11-21T14:30:00');

  it('of today are the clock, others have their day', () => {
    expect(format.moment(at('2026-11-21T14:02:00'), now)).toBe('14:02');
    expect(format.moment(at('2026-11-20T23:59:00'), now)).toBe('yesterday 23:59');
    expect(format.moment(at('2026-11-22T08:00:00'), now)).toBe('tomorrow 08:00');
    expect(format.moment(at('2026-03-01T08:00:00'), now)).toMatch(/Mar/);
    expect(format.moment(at('2025-03-01T08:00:00'), now)).toMatch(/2025/);
  });

  it('have an age', () => {
    expect(format.ago(now - 10e9, now)).toBe('now');
    expect(format.ago(now - 300e9, now)).toBe('5 minutes ago');
    expect(format.ago(now + 7200e9, now)).toBe('in 2 hours');
    expect(format.ago(now - 400 * 86_400e9, now)).toBe('13 months ago');
  });

  it('of a duration are never nothing and never NaN', () => {
    expect([0, 42, 90, 7200, 200_000, NaN].map(format.duration)).toEqual([
      '1 second', '42 seconds', '2 minutes', '2 hours', '2 days', '1 second',
    ]);
  });
});

describe('the pseudo-locale', () => {
  it('accents and lengthens texts, and leaves what is given alone', () => {
    const { plain, of } = pseudoCatalogue({ plain: 'Save', of: (name: string) => `Keep ${name}` });
    expect(plain).toBe('[Šàṽé~~]');
    expect(of('a/b.txt')).toBe('[Ķééþ a/b.txt~~]');
    expect(pseudo('12:30')).not.toMatch(/\p{L}/u);
  });
});

describe('sentences of others', () => {
  it('begin with a capital and end with a stop, and addresses stay', () => {
    expect(t.parts.sentence('choose another name')).toBe('Choose another name.');
    expect(t.parts.sentence('stopped')).toBe('stopped.');
    expect(t.parts.sentence('https://x.example couldn’t be reached')).toBe('https://x.example couldn’t be reached.');
    expect(t.parts.sentence('“nas” isn’t there.')).toBe('“nas” isn’t there.');
  });
});
