import type { ConflictKind, ConflictView, SideView } from '../../generated/control';
import type { Sort } from '../../parts/grid-column';

export type Filter = { kind: ConflictKind | null; pair: string | null };

/** The conflicts that a filter leaves, in an order; without one, by pair and path. */
export function shownConflicts(all: ConflictView[], filter: Filter, sort: Sort | null): ConflictView[] {
  const kept = all.filter(
    (one) => (filter.kind === null || one.kind === filter.kind) && (filter.pair === null || one.pair === filter.pair),
  );
  const byPlace = (a: ConflictView, b: ConflictView) => text(a.pair, b.pair) || text(a.path, b.path) || a.id - b.id;
  if (sort === null) return kept.toSorted(byPlace);
  const by = ORDERS[sort.key] ?? byPlace;
  const turn = sort.down ? -1 : 1;
  return kept.toSorted((a, b) => turn * by(a, b) || byPlace(a, b));
}

/** Which of the kinds and pairs there are, for the filters. */
export function facets(all: ConflictView[]): { kinds: ConflictKind[]; pairs: string[] } {
  const kinds = [...new Set(all.map((one) => one.kind))].toSorted(text);
  return { kinds, pairs: [...new Set(all.map((one) => one.pair))].toSorted(text) };
}

const ORDERS: Record<string, (a: ConflictView, b: ConflictView) => number> = {
  path: (a, b) => text(a.path, b.path),
  kind: (a, b) => text(a.kind, b.kind),
  here: (a, b) => age(a.local) - age(b.local),
  there: (a, b) => age(a.remote) - age(b.remote),
  pair: (a, b) => text(a.pair, b.pair),
  found: (a, b) => a.found_ns - b.found_ns,
};

/** Sides without a time stand before all others. */
function age(side: SideView | null): number {
  return side?.modified_ns ?? -1;
}

const collator = new Intl.Collator('en', { numeric: true });

function text(a: string, b: string): number {
  return collator.compare(a, b);
}
