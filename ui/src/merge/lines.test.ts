import { describe, expect, it } from 'vitest';
import { endsLine, joined, lineCount, splitLines } from './lines';

describe('lines', () => {
  it('keep their ends', () => {
    expect(splitLines('a\nb\r\nc\rd')).toEqual(['a\n', 'b\r\n', 'c\r', 'd']);
    expect(splitLines('')).toEqual([]);
    expect(splitLines('\n\n')).toEqual(['\n', '\n']);
    expect(splitLines('a\r\n')).toEqual(['a\r\n']);
  });

  it('joined are the text again', () => {
    for (const text of ['', 'a', 'a\n', '\r\n\r\na\n\rb', 'ü\u2028x\n', '\n\r\n\r']) {
      expect(splitLines(text).join('')).toBe(text);
    }
  });

  it('are counted with the last one', () => {
    expect([lineCount(''), lineCount('a'), lineCount('a\n'), lineCount('a\nb')]).toEqual([0, 1, 1, 2]);
  });

  it('begin anew where a text is put after another one', () => {
    expect(joined('a', 'b\n')).toBe('a\nb\n');
    expect(joined('a', 'b\r\nc')).toBe('a\r\nb\r\nc');
    expect(joined('a\n', 'b')).toBe('a\nb');
    expect(joined('a', '')).toBe('a');
    expect(joined('', 'b')).toBe('b');
    expect([endsLine(''), endsLine('a'), endsLine('a\r')]).toEqual([true, false, true]);
  });
});
