import type { MergePart } from '../generated/control';
import { endsLine, joined } from './lines';

/** What stands in the place of a conflict: a side's, both in an order, what both came from, or what a person wrote. */
export const CHOICES = ['mine', 'theirs', 'mine-theirs', 'theirs-mine', 'base', 'edited'] as const;
export type Choice = (typeof CHOICES)[number];

/** A place at which a person chooses. */
export type Stop = { mine: string; theirs: string; base: string };

/** A piece of the result: text that is settled, or what stands for a stop (`choice` null: nothing was chosen yet). */
export type Piece = { stop: null; text: string } | { stop: number; choice: Choice | null; text: string };

/** The stops of a merge, in their order. */
export function stopsOf(parts: MergePart[]): Stop[] {
  return parts.flatMap((part) => (part.kind === 'conflict' ? [{ mine: part.mine, theirs: part.theirs, base: part.base }] : []));
}

/** What a choice puts in the place of a stop; null for `edited`, which only a person can write. */
export function chosenText(stop: Stop, choice: Choice): string | null {
  switch (choice) {
    case 'mine':
      return stop.mine;
    case 'theirs':
      return stop.theirs;
    case 'mine-theirs':
      return joined(stop.mine, stop.theirs);
    case 'theirs-mine':
      return joined(stop.theirs, stop.mine);
    case 'base':
      return stop.base;
    case 'edited':
      return null;
  }
}

/** The result as it begins: what is merged, and stops without a choice. */
export function firstPieces(parts: MergePart[]): Piece[] {
  let stop = 0;
  return parts.map((part) =>
    part.kind === 'same' ? { stop: null, text: part.text } : { stop: stop++, choice: null, text: '' },
  );
}

/** The pieces with a choice made for one stop; null takes it back. */
export function withChoice(pieces: Piece[], stops: Stop[], at: number, choice: Exclude<Choice, 'edited'> | null): Piece[] {
  const stop = stops[at];
  if (stop === undefined) return pieces;
  const text = choice === null ? '' : (chosenText(stop, choice) ?? '');
  return withLineEnds(pieces.map((piece) => (piece.stop === at ? { stop: at, choice, text } : piece)), at);
}

/** The pieces with a person's own text for one stop. A text that a choice would give is that choice. */
export function withText(pieces: Piece[], stops: Stop[], at: number, text: string): Piece[] {
  const stop = stops[at];
  const named = (before: Choice | null) => ({ stop: at, choice: namedChoice(stop, text, before), text });
  return withLineEnds(pieces.map((piece) => (piece.stop === at ? named(piece.choice) : piece)), at);
}

/** Which choice a text is; the one that was made before wins where several give the same text. */
export function namedChoice(stop: Stop | undefined, text: string, before: Choice | null): Choice {
  const fits = (choice: Choice) => stop !== undefined && chosenText(stop, choice) === text;
  if (before !== null && fits(before)) return before;
  return CHOICES.find(fits) ?? 'edited';
}

/** Numbers of the stops at which nothing was chosen yet. */
export function openStops(pieces: Piece[]): number[] {
  return pieces.flatMap((piece) => (piece.stop !== null && piece.choice === null ? [piece.stop] : []));
}

/** The text of the pieces, open stops left out. */
export function textOf(pieces: Piece[]): string {
  return pieces.map((piece) => piece.text).join('');
}

/** The merged file; null while a stop is open. */
export function mergedText(pieces: Piece[]): string | null {
  return openStops(pieces).length > 0 ? null : textOf(pieces);
}

/** Ends the last line of a stop, and of what is before it, where something follows: no two lines run into one. */
function withLineEnds(pieces: Piece[], stop: number): Piece[] {
  const at = pieces.findIndex((piece) => piece.stop === stop);
  if (at < 0 || pieces[at]?.text === '') return pieces;
  const before = pieces.findLastIndex((piece, i) => i < at && piece.text !== '');
  const follows = pieces.some((piece, i) => i > at && piece.text !== '');
  const ended = (piece: Piece) => (endsLine(piece.text) ? piece : { ...piece, text: `${piece.text}\n` });
  return pieces.map((piece, i) => (i === before || (i === at && follows) ? ended(piece) : piece));
}

/** The open or any stop after `at` (before it, with `step` -1), round the end; null where there is none. */
export function nextStop(stops: number[], at: number | null, step: 1 | -1): number | null {
  if (stops.length === 0) return null;
  const sorted = stops.toSorted((a, b) => a - b);
  if (at === null) return (step === 1 ? sorted[0] : sorted.at(-1)) ?? null;
  const after = step === 1 ? sorted.find((stop) => stop > at) : sorted.findLast((stop) => stop < at);
  return after ?? (step === 1 ? sorted[0] : sorted.at(-1)) ?? null;
}
