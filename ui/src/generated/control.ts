// What the daemon answers. Written after the structs of the engine; field names are theirs.

export type ErrorCode =
  | 'usage' | 'home-busy' | 'home' | 'state' | 'unauthorized' | 'service-away' | 'protocol' | 'disk' | 'not-found'
  | 'cancelled' | 'failed' | 'signed-out' | 'forbidden';
export type EngineError = { code: ErrorCode; message: string; hint: string | null };

export type Outcome = 'in-sync' | 'conflicts' | 'problems' | 'held' | 'failed';
export type ConflictKind =
  | 'both-changed' | 'both-created' | 'edit-delete' | 'delete-edit' | 'file-folder' | 'move-move' | 'unreadable'
  | 'overtaken';
export type BlockedCode =
  | 'name-unsupported' | 'case-clash' | 'unicode-clash' | 'too-large' | 'empty-unsupported' | 'folders-unsupported'
  | 'read-only' | 'write-only' | 'symlink' | 'special-file' | 'name-not-utf8' | 'unsafe-path' | 'local-denied'
  | 'local-failed' | 'disk-full' | 'other-filesystem' | 'keeps-changing' | 'remote-refused' | 'quota-exceeded'
  | 'remote-failed' | 'digest-mismatch' | 'duplicate-name';
export type HoldReason = 'root-missing' | 'root-replaced' | 'side-emptied' | 'mass-delete';
export type Hold = { reason: HoldReason; message: string; deletes: number; of: number };
export type Direction = 'both' | 'upload' | 'download';
export type OnConflict = 'ask' | 'keep-both' | 'newest' | 'local' | 'remote';
export type Verify = 'never' | 'daily' | 'always';
export type Keep = 'local' | 'remote' | 'both';

export type ConflictLine = { id: number; path: string; kind: ConflictKind };
export type Problem = { path: string; code: BlockedCode; message: string };
export type PairReport = {
  pair: string; outcome: Outcome; uploaded: number; downloaded: number; moved_local: number; moved_remote: number;
  deleted_local: number; deleted_remote: number; unchanged: number; bytes_up: number; bytes_down: number;
  requests: number; elapsed_ms: number; conflicts: ConflictLine[]; problems: Problem[]; held: Hold | null;
  error?: EngineError | null;
};
export type SyncReport = { pairs: PairReport[] };
export type PlannedOperation = { action: string; path: string; other?: string; bytes: number; reason: string };
export type PlannedConflict = { path: string; kind: ConflictKind };
export type PlanReport = {
  pair: string; operations: PlannedOperation[]; conflicts: PlannedConflict[]; problems: Problem[]; held: Hold | null;
  error?: EngineError | null;
};
export type OrphanLine = { path: string; size: number; time_ns: number };
export type PairStatus = {
  pair: string; local: string; remote: string; sentence: string; paused: boolean; paused_until_ns?: number | null;
  synced_files: number; differing: number; last_sync_ns: number | null; noticing: string; comparison: string | null;
  manifest: string | null; possible_orphans: OrphanLine[]; conflicts: ConflictLine[]; problems: Problem[];
  held: Hold | null;
};
export type SideView = {
  kind: string; size: number | null; modified_ns: number | null; hash: string | null; revision?: string; id?: string;
};
export type Explanation = {
  pair: string; path: string; local: SideView | null; remote: SideView | null; synced: SideView | null;
  ignored_by: string | null; follows: string[];
};
export type ConflictView = {
  id: number; pair: string; path: string; kind: ConflictKind; found_ns: number; local: SideView | null;
  remote: SideView | null; base: SideView | null; base_kept: string | null; hint: string;
};
export type VersionLine = {
  id: string; source: string; size: number | null; time_ns: number | null; note: string | null; current: boolean;
};
export type Restored = { to: string; size: number };
export type KeptLine = {
  id: string; pair: string; path: string; size: number; kept_ns: number; why: string; until_ns: number;
};
export type Purged = { items: number; bytes: number };
export type ActivityLine = {
  seq: number; time_ns: number; pair: string; action: string; path: string; reason: string; bytes: number; ok: boolean;
};

export type SecretPlace = 'keychain' | 'file';
export type AccountView = {
  name: string; provider: string; settings: Record<string, string>; secret: SecretPlace | null; pairs: string[];
  warning?: string;
};
export type AccountCheck = { account: string; provider: string; summary: string; writable: boolean };
export type Choice = { setting: string; value: string; title: string };
export type SettingView = { key: string; what: string; required: boolean };
export type ProviderView = {
  name: string; title: string; settings: SettingView[]; pair_settings: SettingView[]; secret: string | null;
  remote: string; capabilities: Record<string, unknown>; consequences: string[];
};
export type PairView = {
  name: string; local: string; account: string; remote: string; direction: Direction; on_conflict: OnConflict;
  ignore: string[]; paused: boolean; paused_until_ns?: number | null; keep_days: number; upload_limit: number | null;
  download_limit: number | null; poll_seconds: number | null; max_delete_percent: number; max_deletes: number;
  verify: Verify; settings: Record<string, string>;
};
export type RemovedPair = { name: string; local: string; kept: string | null };
export type NewPair = {
  name: string; local: string; account: string; remote: string; direction: Direction; on_conflict: OnConflict;
  ignore: string[];
};

export type Phase = 'idle' | 'looking' | 'planning' | 'working' | 'stopped';
export type Transfer = {
  path: string; up: boolean; size: number | null; done: number; since_ns: number; moved_ns: number;
};
export type LiveLine = { action: string; path: string; ok: boolean; time_ns: number };
export type Live = {
  phase: Phase; looked: number; operations: number; operations_done: number; failed: number; bytes: number;
  bytes_done: number; up_per_s: number; down_per_s: number; waiting: string | null; transfers: Transfer[];
  last: LiveLine[];
};
export type PairOverview = { status: PairStatus; provider: string; live: Live };
export type Overview = { device: string; version: string; home: string; seq: number; pairs: PairOverview[] };
export type Notice =
  | { kind: 'gap' }
  | { kind: 'live'; pair: string; live: Live }
  | { kind: 'settled'; report: PairReport }
  | { kind: 'conflicts'; pair: string }
  | { kind: 'activity'; pair: string }
  | { kind: 'config' }
  | { kind: 'warning'; pair: string | null; text: string }
  | { kind: 'accounts' };

export type TextContent = {
  text: string | null; size: number; encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1'; bom: boolean;
  eol: 'lf' | 'crlf' | 'mixed' | 'none'; final_newline: boolean;
};
export type MergePart =
  | { kind: 'same'; text: string }
  | { kind: 'conflict'; mine: string; theirs: string; base: string };
export type ConflictTexts = {
  mine: TextContent | null; theirs: TextContent | null; base: TextContent | null; merged: MergePart[] | null;
  seen: string; draft: string | null;
};
export type ResolutionView = {
  id: number; pair: string; path: string; kind: ConflictKind; decision: 'local' | 'remote' | 'both' | 'merged';
  time_ns: number; undoable: boolean; why_not: string | null; undone_ns: number | null;
};
export type Resolved = { report: SyncReport; resolutions: ResolutionView[] };
export type ProblemGroup = {
  code: string; title: string; why: string; safe: string; next: string;
  problems: { pair: string; path: string; message: string }[];
};
export type Cursor = unknown;
export type ActivityPage = { lines: ActivityLine[]; total: number; next: Cursor | null };
export type IgnorePreview = {
  ignored: { path: string; kind: string; line: number }[];
  lines: { line: number; pattern: string; files: number; bytes: number }[];
  errors: { line: number; message: string }[]; total: number; synced_before: number;
};
export type FolderHere = {
  path: string; parent: string | null; folders: { name: string; path: string }[]; writable: boolean;
};
export type PairCheck = {
  findings: {
    level: 'stop' | 'warn' | 'good'; about: 'name' | 'local' | 'remote' | 'rules'; message: string; hint: string | null;
  }[];
  files_here: number | null; free_bytes: number | null;
};
export type CheckState = 'good' | 'notice' | 'bad';
export type Check = { part: string; state: CheckState; message: string; hint: string | null };
export type DoctorReport = { ok: boolean; checks: Check[] };
