import type * as c from '../generated/control';

type Nothing = Record<string, never>;
type AccountTry = { provider: string; settings: Record<string, string>; secret: string | null };

/** Every command of the daemon: what it takes and what it answers. */
export type Commands = {
  overview: [Nothing, c.Overview];
  providers: [Nothing, c.ProviderView[]];
  accounts: [Nothing, c.AccountView[]];
  'account-try': [AccountTry, c.AccountCheck];
  'account-add': [AccountTry & { name: string }, c.AccountView];
  'account-check': [{ name: string }, c.AccountCheck];
  'account-choices': [{ name: string }, c.Choice[] | null];
  'account-login': [{ name: string }, { link: string }];
  'account-remove': [{ name: string }, null];
  'folders-here': [{ path: string | null }, c.FolderHere];
  'pair-try': [Pick<c.NewPair, 'name' | 'local' | 'account' | 'remote' | 'ignore'>, c.PairCheck];
  'plan-new': [c.NewPair, c.PlanReport];
  'pair-add': [c.NewPair, c.PairView];
  pairs: [Nothing, c.PairView[]];
  'pair-set': [{ name: string; changes: [string, string][] }, c.PairView];
  'pair-pause': [{ name: string; until_ns: number | null }, c.PairView];
  'pair-resume': [{ name: string }, c.PairView];
  'pair-remove': [{ name: string }, c.RemovedPair];
  plan: [{ pairs: string[] }, c.PlanReport[]];
  sync: [{ pairs: string[]; confirm_deletes: boolean }, c.SyncReport];
  'hold-restore': [{ pair: string }, c.SyncReport];
  conflicts: [{ pair: string | null }, c.ConflictView[]];
  conflict: [{ id: number }, c.ConflictView];
  'conflict-texts': [{ id: number }, c.ConflictTexts];
  'conflict-draft': [{ id: number; text: string | null }, null];
  resolve: [{ ids: number[] | null; keep: c.Keep }, c.Resolved];
  'resolve-merged': [{ id: number; text: string; seen: string }, c.Resolved];
  resolutions: [{ limit: number }, c.ResolutionView[]];
  undo: [{ ids: number[] }, c.Resolved];
  problems: [Nothing, c.ProblemGroup[]];
  activity: [
    {
      pair: string | null; search: string; actions: string[]; failed: boolean | null; since_ns: number | null;
      until_ns: number | null; before: c.Cursor | null; limit: number;
    },
    c.ActivityPage,
  ];
  explain: [{ pair: string; path: string }, c.Explanation];
  history: [{ pair: string; path: string }, c.VersionLine[]];
  'version-text': [{ pair: string; path: string; version: string }, c.TextContent];
  restore: [{ pair: string; path: string; version: string; to: string | null }, c.Restored];
  kept: [Nothing, c.KeptLine[]];
  'kept-restore': [{ id: string }, c.Restored];
  'kept-purge': [{ all: boolean }, c.Purged];
  'ignore-preview': [{ pair: string; patterns: string[] }, c.IgnorePreview];
  doctor: [Nothing, c.DoctorReport];
};

export type CommandName = keyof Commands;
export type Params<C extends CommandName> = Commands[C][0];
export type Reply<C extends CommandName> = Commands[C][1];
