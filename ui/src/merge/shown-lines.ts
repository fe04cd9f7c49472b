import { pieces, type Piece } from '../parts/shown-path';
import { splitLines } from './lines';

/** The lines of a text as they may be shown outside of an editor: nothing unseen in them, tabs as room. */
export function shownLines(text: string): Piece[][] {
  return splitLines(text).map((line) => pieces(line.replace(/[\r\n]+$/, '').replaceAll('\t', '    ')));
}
