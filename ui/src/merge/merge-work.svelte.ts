import type { MergePart } from '../generated/control';
import type { Draft } from './draft';
import {
  firstPieces, mergedText, nextStop, openStops, stopsOf, withChoice, withText, type Choice, type Piece, type Stop,
} from './merge-model';

/** A merge that a person works on: the editors and the list show it and change it. */
export class MergeWork {
  pieces = $state.raw<Piece[]>([]);
  /** The stop that is looked at. */
  at = $state<number | null>(null);
  /** Rises when the stop is to be scrolled to, also to the one that is looked at already. */
  reveal = $state(0);
  readonly stops: Stop[];
  /** Which contents of the two sides it is made from. */
  readonly seen: string;
  readonly #begun: Piece[];

  constructor(from: { parts: MergePart[]; seen: string } | Draft) {
    this.seen = from.seen;
    this.stops = 'parts' in from ? stopsOf(from.parts) : from.stops;
    this.#begun = 'parts' in from ? firstPieces(from.parts) : from.pieces;
    this.pieces = this.#begun;
    this.at = this.stops.length > 0 ? (openStops(this.pieces)[0] ?? 0) : null;
  }

  get open(): number[] {
    return openStops(this.pieces);
  }

  get merged(): string | null {
    return mergedText(this.pieces);
  }

  /** Something was chosen or written since it was begun or read from a draft. */
  get touched(): boolean {
    return this.pieces !== this.#begun;
  }

  get draft(): Draft {
    return { seen: this.seen, stops: this.stops, pieces: this.pieces };
  }

  choiceAt(stop: number): Choice | null {
    const piece = this.pieces.find((one) => one.stop === stop);
    return piece === undefined || piece.stop === null ? null : piece.choice;
  }

  textAt(stop: number): string {
    return this.pieces.find((one) => one.stop === stop)?.text ?? '';
  }

  choose(stop: number, choice: Exclude<Choice, 'edited'> | null): void {
    this.pieces = withChoice(this.pieces, this.stops, stop, choice);
    this.at = stop;
  }

  write(stop: number, text: string): void {
    this.pieces = withText(this.pieces, this.stops, stop, text);
  }

  /** The next or the previous stop. */
  step(by: 1 | -1): void {
    const next = nextStop(this.stops.map((_, i) => i), this.at, by);
    if (next !== null) this.look(next);
  }

  look(stop: number): void {
    this.at = stop;
    this.reveal += 1;
  }
}
