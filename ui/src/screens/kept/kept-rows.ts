import type { KeptLine } from '../../generated/control';
import type { Sort } from '../../parts/grid-column';

export function keptBytes(lines: KeptLine[]): number {
  return lines.reduce((sum, line) => sum + line.size, 0);
}

/** Those of a pair (`''`: of all) whose path has the text in it, in this order. */
export function chosenKept(lines: KeptLine[], pair: string, search: string, sort: Sort | null): KeptLine[] {
  const wanted = search.trim().toLowerCase();
  const chosen = lines.filter(
    (line) => (pair === '' || line.pair === pair) && (wanted === '' || line.path.toLowerCase().includes(wanted)),
  );
  if (sort === null) return chosen;
  const by: Record<string, (a: KeptLine, b: KeptLine) => number> = {
    path: (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
    since: (a, b) => b.kept_ns - a.kept_ns,
    until: (a, b) => a.until_ns - b.until_ns,
    bytes: (a, b) => b.size - a.size,
  };
  const order = by[sort.key];
  if (order === undefined) return chosen;
  return chosen.toSorted((a, b) => (sort.down ? order(b, a) : order(a, b)));
}

/** True when the number was typed, with or without separators. */
export function isTyped(typed: string, count: number): boolean {
  return typed.trim() !== '' && typed.replace(/[\s.,’']/g, '') === String(count);
}
