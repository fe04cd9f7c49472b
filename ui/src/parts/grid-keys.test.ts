import { describe, expect, it } from 'vitest';
import { between, moved } from './grid-keys';

const extent = { rows: 100, columns: 4, page: 10, header: true };
const at = (row: number, column: number) => ({ row, column });

describe('keys of a grid', () => {
  it('move a cell at a time and stop at the edges', () => {
    expect(moved(at(0, 0), 'ArrowDown', false, extent)).toEqual(at(1, 0));
    expect(moved(at(0, 0), 'ArrowUp', false, extent)).toEqual(at(-1, 0));
    expect(moved(at(0, 0), 'ArrowUp', false, { ...extent, header: false })).toEqual(at(0, 0));
    expect(moved(at(99, 3), 'ArrowDown', false, extent)).toEqual(at(99, 3));
    expect(moved(at(5, 3), 'ArrowRight', false, extent)).toEqual(at(5, 3));
    expect(moved(at(5, 0), 'ArrowLeft', false, extent)).toEqual(at(5, 0));
  });

  it('go the other way where texts run from right to left', () => {
    expect(moved(at(5, 1), 'ArrowLeft', false, extent, true)).toEqual(at(5, 2));
    expect(moved(at(5, 1), 'ArrowRight', false, extent, true)).toEqual(at(5, 0));
  });

  it('move by pages and to the ends', () => {
    expect(moved(at(5, 1), 'PageUp', false, extent)).toEqual(at(0, 1));
    expect(moved(at(5, 1), 'PageDown', false, extent)).toEqual(at(15, 1));
    expect(moved(at(5, 1), 'Home', false, extent)).toEqual(at(5, 0));
    expect(moved(at(5, 1), 'End', true, extent)).toEqual(at(99, 3));
    expect(moved(at(5, 1), 'Home', true, extent)).toEqual(at(0, 0));
    expect(moved(at(5, 1), 'm', false, extent)).toBeNull();
  });

  it('stay in the header where there are no rows', () => {
    expect(moved(at(-1, 0), 'ArrowDown', false, { ...extent, rows: 0 })).toEqual(at(-1, 0));
  });

  it('take in everything between two rows', () => {
    expect(between(['a', 'b', 'c', 'd'], 2, 1)).toEqual(['b', 'c']);
    expect(between(['a', 'b'], -1, 1)).toEqual(['a', 'b']);
  });
});
