import { describe, expect, it } from 'vitest';
import type { ProblemGroup } from '../../generated/control';
import { detailsOf, ofPair, pairsOf, solvedOf } from './problem-details';

const file = (pair: string, path: string) => ({ pair, path, message: 'It is a link.' });
const links: ProblemGroup = {
  code: 'symlink', title: 'Symbolic links', why: 'Why.', safe: 'Safe.', next: 'Next.',
  problems: [file('docs', 'a'), file('docs', 'b'), file('photos', 'a')],
};

describe('problems of one cause', () => {
  it('can be those of one pair', () => {
    expect(ofPair([links], 'photos')[0]?.problems).toEqual([file('photos', 'a')]);
    expect(ofPair([links], 'other')).toEqual([]);
    expect(ofPair([links], '')).toEqual([links]);
    expect(pairsOf(links)).toEqual(['docs', 'photos']);
  });

  it('are copied with their code and every file', () => {
    expect(detailsOf(links).split('\n')).toEqual([
      'symlink: Symbolic links', 'Why.', 'Safe.', 'Next.', '',
      '- docs: "a": It is a link.', '- docs: "b": It is a link.', '- photos: "a": It is a link.',
    ]);
  });

  it('are solved when they are no longer listed', () => {
    expect(solvedOf(links, [links])).toBe(0);
    expect(solvedOf(links, [{ ...links, problems: [file('docs', 'b')] }])).toBe(2);
    expect(solvedOf(links, [])).toBe(3);
  });
});
