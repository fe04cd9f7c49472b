import { describe, expect, it } from 'vitest';
import type { ConflictKind, ConflictView, SideView } from '../../generated/control';
import { t } from '../../texts';
import { looksLikeText, scopeOf, suggestionFor, waysOf, type Way } from './ways';

const file: SideView = { kind: 'file', size: 10, modified_ns: 1, hash: 'h' };
const folder: SideView = { ...file, kind: 'folder', size: null };
const conflict = (kind: ConflictKind, local: SideView | null = file, remote: SideView | null = file): ConflictView => ({
  id: 1, pair: 'p', path: 'a.md', kind, found_ns: 1, local, remote, base: null, base_kept: null, hint: '',
});

/** Every kind there is; a new one doesn't compile until it has its line. */
const table: Record<ConflictKind, { sides: [SideView | null, SideView | null]; ways: Way[]; suggests: Way | null }> = {
  'both-changed': { sides: [file, file], ways: ['merge', 'both', 'local', 'remote'], suggests: 'merge' },
  'both-created': { sides: [file, file], ways: ['merge', 'both', 'local', 'remote'], suggests: 'both' },
  'edit-delete': { sides: [file, null], ways: ['local', 'remote'], suggests: 'local' },
  'delete-edit': { sides: [null, file], ways: ['remote', 'local'], suggests: 'remote' },
  'file-folder': { sides: [file, folder], ways: ['both', 'local', 'remote'], suggests: 'both' },
  'move-move': { sides: [file, file], ways: ['remote', 'local'], suggests: 'remote' },
  unreadable: { sides: [file, file], ways: ['remote', 'local'], suggests: null },
  overtaken: { sides: [file, file], ways: ['both', 'local', 'remote'], suggests: 'both' },
};

describe('the choices of a conflict', () => {
  for (const [kind, { sides, ways, suggests }] of Object.entries(table) as [ConflictKind, (typeof table)[ConflictKind]][]) {
    it(`of the kind ${kind} are those that are valid, each with what happens`, () => {
      const one = conflict(kind, ...sides);
      expect(waysOf(one)).toEqual(ways);
      const suggestion = suggestionFor(one);
      expect(suggestion.way).toBe(suggests);
      expect(suggestion.way === null || ways.includes(suggestion.way)).toBe(true);
      expect(t.conflicts.suggestion[suggestion.why].why).not.toBe('');
      for (const way of ways) {
        const words = t.conflicts.ways[kind][way];
        expect(words?.label('Work')).toMatch(/^[A-Z]/);
        expect(words?.then('Work', '30 days')).toMatch(/\.$/);
      }
      expect(Object.keys(t.conflicts.ways[kind]).toSorted()).toEqual(ways.toSorted());
      expect(t.conflicts.kind[kind]).not.toBe('');
      expect(t.conflicts.story[kind]('Work')).toMatch(/\.$/);
    });
  }

  it('leave out what can’t be done with folders', () => {
    expect(waysOf(conflict('file-folder', folder, file))).toEqual(['local', 'remote']);
    expect(suggestionFor(conflict('file-folder', folder, file)).way).toBeNull();
    expect(waysOf(conflict('both-created', folder, file))).not.toContain('merge');
  });

  it('of many leave those out for which one isn’t there', () => {
    const all = [conflict('both-changed'), conflict('edit-delete', file, null), conflict('both-changed')];
    const { of, left } = scopeOf(all, 'both');
    expect(of.map(([kind, some]) => [kind, some.length])).toEqual([['both-changed', 2]]);
    expect(left).toEqual([all[1]]);
    expect(scopeOf(all, 'local').left).toEqual([]);
  });
});

describe('a text', () => {
  it('is told by its name and size before it is loaded', () => {
    for (const name of ['a.md', 'x/README', 'b.TXT', '.bashrc', 'a/b.tar.yaml']) expect(looksLikeText(name, [1, null])).toBe(true);
    for (const name of ['a.docx', 'b.png', 'readme.exe', 'md', 'a.tar.gz']) expect(looksLikeText(name, [1])).toBe(false);
    expect(looksLikeText('a.md', [3_000_000])).toBe(false);
  });
});
