import { CHOICES, type Choice, type Piece, type Stop } from './merge-model';

/** A merge that isn't saved yet: its pieces, and which contents of the two sides it was made from. */
export type Draft = {
  seen: string;
  stops: Stop[];
  pieces: Piece[];
  /** The text of an older draft, made from contents that a side doesn't hold any more. */
  older?: string;
};

const VERSION = 1;

export function writeDraft(draft: Draft): string {
  return JSON.stringify({ tidemark_draft: VERSION, ...draft });
}

/** Reads a draft; a text that is none of ours becomes one piece, so that nothing that somebody wrote is lost. */
export function readDraft(text: string): Draft {
  try {
    const value: unknown = JSON.parse(text);
    if (isDraft(value)) {
      const { seen, stops, pieces, older } = value;
      return { seen, stops, pieces, ...(typeof older === 'string' ? { older } : {}) };
    }
  } catch {
    // It is a plain text.
  }
  return { seen: '', stops: [], pieces: [{ stop: null, text }] };
}

function isDraft(value: unknown): value is Draft & { tidemark_draft: number } {
  if (!isRecord(value) || value['tidemark_draft'] !== VERSION || typeof value['seen'] !== 'string') return false;
  const { stops, pieces } = value;
  return Array.isArray(stops) && stops.every(isStop) && Array.isArray(pieces) && pieces.every(isPiece);
}

function isStop(value: unknown): boolean {
  return isRecord(value) && ['mine', 'theirs', 'base'].every((key) => typeof value[key] === 'string');
}

function isPiece(value: unknown): boolean {
  if (!isRecord(value) || typeof value['text'] !== 'string') return false;
  if (value['stop'] === null) return true;
  const choice = value['choice'];
  return typeof value['stop'] === 'number' && (choice === null || CHOICES.includes(choice as Choice));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
