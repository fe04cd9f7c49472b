import type * as c from '../generated/control';

/** What the contract promises and the daemon's own types don't have yet. Each goes when `generated` brings it. */

export type TextContent = {
  /** Null: it isn't a text, or it is too large. */
  text: string | null;
  size: number;
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1';
  bom: boolean;
  eol: 'lf' | 'crlf' | 'mixed' | 'none';
  final_newline: boolean;
};

export type MergePart =
  | { kind: 'same'; text: string }
  | { kind: 'conflict'; mine: string; theirs: string; base: string };

export type ConflictTexts = {
  mine: TextContent | null;
  theirs: TextContent | null;
  base: TextContent | null;
  merged: MergePart[] | null;
  seen: string;
  draft: string | null;
};

export type ResolutionView = {
  id: number;
  pair: string;
  path: string;
  kind: c.ConflictKind;
  decision: 'local' | 'remote' | 'both' | 'merged';
  time_ns: number;
  undoable: boolean;
  why_not: string | null;
  undone_ns: number | null;
};

export type Resolved = { report: c.SyncReport; resolutions: ResolutionView[] };

export type PendingNotice = { kind: 'activity'; pair: string } | { kind: 'accounts' };

/** When a pause ends by itself. */
export type PausedUntil = { paused_until_ns?: number | null };

export type PendingCommands = {
  'pair-pause': { params: { name: string; until_ns: number | null }; reply: c.PairView };
  'conflict-texts': { params: { id: number }; reply: ConflictTexts };
  'conflict-draft': { params: { id: number; text: string | null }; reply: null };
  'resolve-merged': { params: { id: number; text: string; seen: string }; reply: Resolved };
  resolutions: { params: { limit: number }; reply: ResolutionView[] };
  undo: { params: { ids: number[] }; reply: Resolved };
  'version-text': { params: { pair: string; path: string; version: string }; reply: TextContent };
};
