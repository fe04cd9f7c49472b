import type * as c from '../generated/control';
import type { PendingCommands } from './pending';

/** Every command of the daemon: what it takes and what it answers. */
export type Commands = Omit<c.Commands, keyof PendingCommands> & PendingCommands;

export type CommandName = keyof Commands;
export type Params<C extends CommandName> = Commands[C]['params'];
export type Reply<C extends CommandName> = Commands[C]['reply'];
