import type { Commands as Made, Keep, PairView } from '../generated/control';
import type { ConflictTexts, Resolved, ResolutionView, TextContent } from './contract';

/** Commands that are agreed on and not made yet, or not in this form. What is made by now can be taken out. */
type ToCome = {
  'pair-pause': { params: { name: string; until_ns: number | null }; reply: PairView };
  'conflict-texts': { params: { id: number }; reply: ConflictTexts };
  'conflict-draft': { params: { id: number; text: string | null }; reply: null };
  resolve: { params: { ids: number[] | null; keep: Keep }; reply: Resolved };
  'resolve-merged': { params: { id: number; text: string; seen: string }; reply: Resolved };
  resolutions: { params: { limit: number }; reply: ResolutionView[] };
  undo: { params: { ids: number[] }; reply: Resolved };
  'version-text': { params: { pair: string; path: string; version: string }; reply: TextContent };
};

/** Every command of the daemon: what it takes and what it answers. */
export type Commands = Omit<Made, keyof ToCome> & ToCome;

export type CommandName = keyof Commands;
export type Params<C extends CommandName> = Commands[C]['params'];
export type Reply<C extends CommandName> = Commands[C]['reply'];
