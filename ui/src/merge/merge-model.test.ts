import { describe, expect, it } from 'vitest';
import type { MergePart } from '../generated/control';
import {
  CHOICES, chosenText, firstPieces, mergedText, namedChoice, nextStop, openStops, stopsOf, textOf, withChoice,
  withText, type Choice,
} from './merge-model';

/** U18: three places that both changed; five that one did are merged already, inside of the texts. */
const parts: MergePart[] = [
  { kind: 'same', text: 'title\nmine 1\n' },
  { kind: 'conflict', mine: 'm4\n', theirs: 't4\n', base: 'b4\n' },
  { kind: 'same', text: 'theirs 8\nmine 12\n' },
  { kind: 'conflict', mine: '', theirs: 't18\nt19\n', base: 'b18\n' },
  { kind: 'same', text: 'theirs 24\nmine 30\n' },
  { kind: 'conflict', mine: 'm33', theirs: 't33\n', base: '' },
];
const stops = stopsOf(parts);

/** What a person expects, written out: the golden texts of each choice at each stop. */
const golden: Record<Exclude<Choice, 'edited'>, [string, string, string]> = {
  mine: ['m4\n', '', 'm33'],
  theirs: ['t4\n', 't18\nt19\n', 't33\n'],
  'mine-theirs': ['m4\nt4\n', 't18\nt19\n', 'm33\nt33\n'],
  'theirs-mine': ['t4\nm4\n', 't18\nt19\n', 't33\nm33'],
  base: ['b4\n', 'b18\n', ''],
};
const ways = CHOICES.filter((choice) => choice !== 'edited');

describe('a merge', () => {
  it('gives the golden text for every combination of choices', () => {
    let seen = 0;
    for (const a of ways) {
      for (const b of ways) {
        for (const c of ways) {
          const choices = [a, b, c];
          const pieces = choices.reduce((now, choice, at) => withChoice(now, stops, at, choice), firstPieces(parts));
          expect(mergedText(pieces)).toBe(
            `title\nmine 1\n${golden[a][0]}theirs 8\nmine 12\n${golden[b][1]}theirs 24\nmine 30\n${golden[c][2]}`,
          );
          seen += 1;
        }
      }
    }
    expect(seen).toBe(125);
  });

  it('is none while a stop is open, in whatever order they are chosen', () => {
    let pieces = firstPieces(parts);
    expect(openStops(pieces)).toEqual([0, 1, 2]);
    expect(mergedText(pieces)).toBeNull();
    expect(textOf(pieces)).toBe('title\nmine 1\ntheirs 8\nmine 12\ntheirs 24\nmine 30\n');
    pieces = withChoice(pieces, stops, 2, 'base');
    pieces = withChoice(pieces, stops, 0, 'mine');
    expect(mergedText(pieces)).toBeNull();
    pieces = withChoice(pieces, stops, 1, 'mine');
    expect(mergedText(pieces)).toBe('title\nmine 1\nm4\ntheirs 8\nmine 12\ntheirs 24\nmine 30\n');
    expect(openStops(withChoice(pieces, stops, 1, null))).toEqual([1]);
  });

  it('never has a line of a person run into the next one', () => {
    const all = [0, 1, 2].reduce((now, at) => withText(now, stops, at, `own ${at}`), firstPieces(parts));
    expect(mergedText(all)).toBe('title\nmine 1\nown 0\ntheirs 8\nmine 12\nown 1\ntheirs 24\nmine 30\nown 2');
    const late = withText(withText(firstPieces([...parts.slice(0, 2), parts[5]!]), stops, 0, 'own 0'), stops, 1, 'own 1');
    expect(textOf(late)).toBe('title\nmine 1\nown 0\nown 1');
  });

  it('has nothing of markers in it', () => {
    for (const choice of ways) {
      const pieces = [0, 1, 2].reduce((now, at) => withChoice(now, stops, at, choice), firstPieces(parts));
      expect(mergedText(pieces)).not.toMatch(/^(<{7}|={7}|>{7})/m);
    }
  });

  it('names what was typed after the choice that gives it', () => {
    const stop = stops[1]!;
    expect(namedChoice(stop, 't18\nt19\n', 'theirs-mine')).toBe('theirs-mine');
    expect(namedChoice(stop, 't18\nt19\n', null)).toBe('theirs');
    expect(namedChoice(stop, 'else\n', 'mine')).toBe('edited');
    expect(chosenText(stop, 'edited')).toBeNull();
    const typed = withText(firstPieces(parts), stops, 0, 'm4\n');
    expect(typed[1]).toEqual({ stop: 0, choice: 'mine', text: 'm4\n' });
  });

  it('without stops is done, and without parts empty', () => {
    expect(mergedText(firstPieces([{ kind: 'same', text: 'a' }]))).toBe('a');
    expect(mergedText(firstPieces([]))).toBe('');
  });

  it('leads from stop to stop, round the ends', () => {
    expect(nextStop([0, 1, 2], null, 1)).toBe(0);
    expect(nextStop([0, 1, 2], null, -1)).toBe(2);
    expect(nextStop([0, 1, 2], 1, 1)).toBe(2);
    expect(nextStop([0, 1, 2], 2, 1)).toBe(0);
    expect(nextStop([0, 2], 0, -1)).toBe(2);
    expect(nextStop([2, 0], 1, 1)).toBe(2);
    expect(nextStop([], 1, 1)).toBeNull();
  });
});
