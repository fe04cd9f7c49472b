import type { Snippet } from 'svelte';

/** A column of a Grid. */
export type Column<T> = {
  key: string;
  title: string;
  /** Its track: `minmax(12rem, 3fr)`, `6rem`. */
  width: string;
  cell: Snippet<[T]>;
  align?: 'end';
  /** Left out while the grid is narrower than so many rem. */
  from?: number;
  sortable?: boolean;
};

export type Sort = { key: string; down: boolean };
export type RowKey = string | number;
