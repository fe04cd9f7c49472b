import { describe, expect, it } from 'vitest';
import type { ConflictView } from '../../generated/control';
import { facets, shownConflicts } from './conflict-rows';

const one = (id: number, pair: string, path: string, more: Partial<ConflictView> = {}): ConflictView => ({
  id, pair, path, kind: 'both-changed', found_ns: id, local: null, remote: null, base: null, base_kept: null, hint: '', ...more,
});
const side = (modified_ns: number) => ({ kind: 'file', size: 1, modified_ns, hash: null });
const all = [
  one(1, 'b', 'x10', { local: side(5) }),
  one(2, 'a', 'y', { kind: 'edit-delete', local: side(9) }),
  one(3, 'b', 'x9'),
];
const ids = (list: ConflictView[]) => list.map((row) => row.id);

describe('the list of conflicts', () => {
  it('stands by pair and path, numbers by their size', () => {
    expect(ids(shownConflicts(all, { kind: null, pair: null }, null))).toEqual([2, 3, 1]);
  });

  it('is filtered by kind and pair together', () => {
    expect(ids(shownConflicts(all, { kind: 'both-changed', pair: 'b' }, null))).toEqual([3, 1]);
    expect(ids(shownConflicts(all, { kind: 'edit-delete', pair: 'b' }, null))).toEqual([]);
  });

  it('is sorted both ways, unknown times first', () => {
    expect(ids(shownConflicts(all, { kind: null, pair: null }, { key: 'here', down: false }))).toEqual([3, 1, 2]);
    expect(ids(shownConflicts(all, { kind: null, pair: null }, { key: 'here', down: true }))).toEqual([2, 1, 3]);
    expect(ids(shownConflicts(all, { kind: null, pair: null }, { key: 'found', down: true }))).toEqual([3, 2, 1]);
  });

  it('tells which filters there are', () => {
    expect(facets(all)).toEqual({ kinds: ['both-changed', 'edit-delete'], pairs: ['a', 'b'] });
  });
});
