/** Where a grid's focus is; row -1 is the header. */
export type Place = { row: number; column: number };

export type Extent = { rows: number; columns: number; page: number; header: boolean };

/** Where a key leads, after the ARIA authoring practices for grids; null: the key isn't about moving. */
export function moved(from: Place, key: string, ctrl: boolean, extent: Extent, rtl = false): Place | null {
  const first = extent.header ? -1 : 0;
  const last = extent.rows - 1;
  const row = (to: number) => ({ ...from, row: Math.max(first, Math.min(last, to)) });
  const column = (to: number) => ({ ...from, column: Math.max(0, Math.min(extent.columns - 1, to)) });
  switch (key) {
    case 'ArrowUp':
      return row(from.row - 1);
    case 'ArrowDown':
      return row(from.row + 1);
    case 'PageUp':
      return row(Math.max(0, from.row - extent.page));
    case 'PageDown':
      return row(from.row + extent.page);
    case 'ArrowLeft':
      return column(from.column + (rtl ? 1 : -1));
    case 'ArrowRight':
      return column(from.column + (rtl ? -1 : 1));
    case 'Home':
      return ctrl ? { row: Math.min(0, last), column: 0 } : column(0);
    case 'End':
      return ctrl ? { row: last, column: extent.columns - 1 } : column(extent.columns - 1);
    default:
      return null;
  }
}

/** The keys of all rows between two, both included. */
export function between<K>(keys: K[], from: number, to: number): K[] {
  return keys.slice(Math.max(0, Math.min(from, to)), Math.max(from, to) + 1);
}
