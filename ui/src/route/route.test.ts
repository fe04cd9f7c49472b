import { describe, expect, it } from 'vitest';
import { href, parseHash } from './route';

describe('addresses', () => {
  it('have segments and a query', () => {
    expect(parseHash('').segments).toEqual([]);
    expect(parseHash('#/').segments).toEqual([]);
    const { segments, query } = parseHash('#/conflicts/12?sort=age&kind=both-changed');
    expect(segments).toEqual(['conflicts', '12']);
    expect(query.get('sort')).toBe('age');
    expect(query.get('kind')).toBe('both-changed');
  });

  it('carry any name through', () => {
    for (const name of ['a/b', 'ü 100%', '?', '#', 'a&b=c', 'レ']) {
      const route = parseHash(href(['pair', name], { path: name }));
      expect(route.segments).toEqual(['pair', name]);
      expect(route.query.get('path')).toBe(name);
    }
  });

  it('leave out what isn’t given', () => {
    expect(href(['activity'], { pair: null, search: '', action: undefined })).toBe('#/activity');
    expect(href([])).toBe('#/');
  });

  it('survive what somebody typed', () => {
    expect(parseHash('#/pair/100%').segments).toEqual(['pair', '100%']);
    expect(parseHash('#//conflicts//').segments).toEqual(['conflicts']);
  });
});
