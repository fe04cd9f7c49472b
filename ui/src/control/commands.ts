import type { Commands } from '../generated/control';

export type { Commands };
export type CommandName = keyof Commands;
export type Params<C extends CommandName> = Commands[C]['params'];
export type Reply<C extends CommandName> = Commands[C]['reply'];
