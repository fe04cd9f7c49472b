import type { ConflictKind, ConflictView, Keep, SideView } from '../../generated/control';

/** What can be decided: one of the sides, both, or what a person makes of both. */
export type Way = Keep | 'merge';

type Sides = { kind: ConflictKind; local: SideView | null; remote: SideView | null };

/** The choices of each kind, the safest first. */
const WAYS: Record<ConflictKind, Way[]> = {
  'both-changed': ['merge', 'both', 'local', 'remote'],
  'both-created': ['merge', 'both', 'local', 'remote'],
  'edit-delete': ['local', 'remote'],
  'delete-edit': ['remote', 'local'],
  'file-folder': ['both', 'local', 'remote'],
  'move-move': ['remote', 'local'],
  unreadable: ['remote', 'local'],
  overtaken: ['both', 'local', 'remote'],
};

/** What can be chosen for a conflict, and nothing else. Whether its texts can be merged is known when they are loaded. */
export function waysOf(conflict: Sides): Way[] {
  return WAYS[conflict.kind].filter((way) => {
    if (way === 'merge') return conflict.local?.kind === 'file' && conflict.remote?.kind === 'file';
    // A folder of this computer can't be put aside; a file can.
    if (way === 'both' && conflict.kind === 'file-folder') return conflict.local?.kind === 'file';
    return true;
  });
}

/** What a decision for many does: those it is for, by kind, and those it isn't for. */
export function scopeOf(conflicts: ConflictView[], keep: Keep): { of: [ConflictKind, ConflictView[]][]; left: ConflictView[] } {
  const fits = (conflict: ConflictView) => waysOf(conflict).includes(keep);
  const of = new Map<ConflictKind, ConflictView[]>();
  for (const conflict of conflicts.filter(fits)) of.set(conflict.kind, [...(of.get(conflict.kind) ?? []), conflict]);
  return { of: [...of], left: conflicts.filter((conflict) => !fits(conflict)) };
}

/** Names of files that hold text as a rule; a suggestion only: the content decides. */
const TEXTS =
  /(^|\/)(readme|license|makefile|dockerfile|\.[a-z]+rc|\.gitignore|\.editorconfig)$|\.(txt|md|markdown|rst|adoc|org|tex|bib|csv|tsv|json|jsonl|ya?ml|toml|ini|cfg|conf|env|xml|html?|css|scss|less|svg|js|mjs|cjs|jsx|tsx?|svelte|vue|rs|py|rb|go|java|kt|c|h|cc|cpp|hpp|cs|swift|php|pl|lua|sh|bash|zsh|fish|ps1|bat|sql|r|jl|log|srt|ics|vcf|diff|patch|gradle|properties)$/i;
const MERGEABLE_BYTES = 2 * 1024 * 1024;

/** True for what can probably be merged as a text. */
export function looksLikeText(path: string, sizes: (number | null | undefined)[]): boolean {
  return TEXTS.test(path) && sizes.every((size) => size == null || size <= MERGEABLE_BYTES);
}

export type Suggestion = { way: Way | null; why: 'merge' | 'both' | 'edit-delete' | 'delete-edit' | 'file-folder' | 'move-move' | 'none' };

/** What is the safe thing to do, and why; `way` null: only a person can tell. */
export function suggestionFor(conflict: Sides & { path: string }): Suggestion {
  const ways = waysOf(conflict);
  switch (conflict.kind) {
    case 'both-changed':
      if (ways.includes('merge') && looksLikeText(conflict.path, [conflict.local?.size, conflict.remote?.size])) {
        return { way: 'merge', why: 'merge' };
      }
      return { way: 'both', why: 'both' };
    case 'both-created':
    case 'overtaken':
      return { way: 'both', why: 'both' };
    case 'edit-delete':
      return { way: 'local', why: 'edit-delete' };
    case 'delete-edit':
      return { way: 'remote', why: 'delete-edit' };
    case 'file-folder':
      return ways.includes('both') ? { way: 'both', why: 'file-folder' } : { way: null, why: 'none' };
    case 'move-move':
      return { way: 'remote', why: 'move-move' };
    case 'unreadable':
      return { way: null, why: 'none' };
  }
}
