import { describe, expect, it } from 'vitest';
import { commaLines, ignoreChanges, linesOf, PATTERNS, patternOf, presetOff, presetOn, PRESETS, presetState } from './ignore-lines';

const own = ['# mine, since 2024', '*.log', '', '!keep.log', '  *.tmp', '# the end'];

describe('presets', () => {
  it('go on and off and leave the person’s lines and comments as they were', () => {
    let lines = own;
    for (const preset of PRESETS) {
      lines = presetOn(lines, preset);
      expect(presetState(lines, preset)).toBe('on');
      expect(lines.slice(0, own.length)).toEqual(own);
      expect(presetOn(lines, preset)).toEqual(lines);
    }
    for (const preset of [...PRESETS].reverse()) lines = presetOff(lines, preset);
    expect(lines).toEqual(own);
  });

  it('don’t repeat a pattern that is there, and leave it when they go', () => {
    const lines = presetOn(own, 'temporary');
    expect(lines.filter((line) => line.trim() === '*.tmp')).toEqual(['  *.tmp']);
    expect(presetState(own, 'temporary')).toBe('partly');
    expect(presetOff(lines, 'temporary')).toEqual(own);
  });

  it('that somebody wrote by hand go too', () => {
    const typed = ['# x', ...PATTERNS['build-output'], '*.log'];
    expect(presetState(typed, 'build-output')).toBe('on');
    expect(presetOff(typed, 'build-output')).toEqual(['# x', '*.log']);
  });

  it('take only what follows their mark', () => {
    const lines = [...presetOn(['a'], 'os-junk'), 'mine/', 'Thumbs.db'];
    expect(presetOff(lines, 'os-junk')).toEqual(['a', 'mine/', 'Thumbs.db']);
  });

  it('have patterns that can be stored', () => {
    for (const preset of PRESETS) expect(commaLines(PATTERNS[preset])).toEqual([]);
  });
});

describe('lines of rules', () => {
  it('are changed a line at a time, and none is an empty value', () => {
    expect(ignoreChanges(linesOf('# a, b\n*.log\n\n'))).toEqual([['ignore', '# a; b'], ['ignore', '*.log']]);
    expect(ignoreChanges([])).toEqual([['ignore', '']]);
    expect(ignoreChanges(['', '  '])).toEqual([['ignore', '']]);
    expect(commaLines(['# a, b', 'a,b.txt', '*.log'])).toEqual([2]);
  });

  it('leave out just the path that is meant', () => {
    expect(patternOf('notes/link 1')).toBe('/notes/link 1');
    expect(patternOf('!a*[1]#?\\')).toBe('/\\!a\\*\\[1\\]\\#\\?\\\\');
    expect(patternOf('a,b.txt')).toBe('/a?b.txt');
    expect(patternOf('end ')).toBe('/end\\ ');
  });
});
