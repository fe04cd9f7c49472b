// Made from the engine's commands by `cargo test -p tidemark-engine types`; don't edit.

export type AccountAdd = { 
/**
 * Name of the provider.
 */
provider: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Settings by key.
 */
settings: { [key in string]: string }, 
/**
 * Its secret.
 */
secret: string | null, };

export type AccountChanged = { 
/**
 * Its name.
 */
name: string, };

export type AccountCheck = { 
/**
 * Name of the account.
 */
account: string, 
/**
 * Its provider.
 */
provider: string, 
/**
 * Who we are there, in one line.
 */
summary: string, 
/**
 * False when the account may only read.
 */
writable: boolean, };

export type AccountCheckNow = { 
/**
 * Its name.
 */
name: string, };

export type AccountChoices = { 
/**
 * Its name.
 */
name: string, };

export type AccountLogin = { 
/**
 * Its name.
 */
name: string, };

export type AccountLoginLink = { 
/**
 * To be opened in a browser of this computer. A notice tells how it ended.
 */
link: string, };

export type AccountRemove = { 
/**
 * Its name.
 */
name: string, };

export type AccountTry = { 
/**
 * Name of the provider.
 */
provider: string, 
/**
 * Settings by key.
 */
settings: { [key in string]: string }, 
/**
 * Its secret.
 */
secret: string | null, };

export type AccountView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its provider.
 */
provider: string, 
/**
 * Settings by key.
 */
settings: { [key in string]: string }, 
/**
 * Where its secret is; `None`: it has none.
 */
secret: SecretPlace | null, 
/**
 * Names of the pairs that use it.
 */
pairs: Array<string>, 
/**
 * What the person should know about the place of the secret; whole sentences.
 */
warning?: string | null, };

export type Accounts = Record<symbol, never>;

export type Activity = { 
/**
 * In which pair; none: in all.
 */
pair: string | null, 
/**
 * A part of the path or of the reason; empty: any.
 */
search: string, 
/**
 * What was done, as short verbs; empty: anything.
 */
actions: Array<string>, 
/**
 * `true`: what failed, `false`: what worked.
 */
failed: boolean | null, 
/**
 * Not before, nanoseconds since the epoch.
 */
since_ns: number | null, 
/**
 * Not after, nanoseconds since the epoch.
 */
until_ns: number | null, 
/**
 * Lines to leave out at the front.
 */
skip: number, 
/**
 * Lines at most.
 */
limit: number, };

export type ActivityLine = { 
/**
 * Its number, rising.
 */
seq: number, 
/**
 * When, nanoseconds since the epoch.
 */
time_ns: number, 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * What was done, as a short verb.
 */
action: string, 
/**
 * Where.
 */
path: string, 
/**
 * Why, or what went wrong.
 */
reason: string, 
/**
 * Bytes that travelled.
 */
bytes: number, 
/**
 * False when it failed.
 */
ok: boolean, };

export type ActivityPage = { 
/**
 * The lines.
 */
lines: Array<ActivityLine>, 
/**
 * How many the filter lets through in all.
 */
total: number, };

export type BlockedCode = "name-unsupported" | "case-clash" | "unicode-clash" | "too-large" | "empty-unsupported" | "folders-unsupported" | "read-only" | "write-only" | "symlink" | "special-file" | "name-not-utf8" | "unsafe-path" | "local-denied" | "local-failed" | "disk-full" | "other-filesystem" | "keeps-changing" | "remote-refused" | "quota-exceeded" | "remote-failed" | "digest-mismatch" | "duplicate-name";

export type Check = { 
/**
 * Which part: `home`, `account work`, `pair docs`…
 */
part: string, 
/**
 * Whether it is good.
 */
state: CheckState, 
/**
 * What was found; a whole sentence.
 */
message: string, 
/**
 * What the person can do, where something is to be done.
 */
hint: string | null, };

export type CheckState = "good" | "notice" | "bad";

export type Choice = { 
/**
 * The setting's key.
 */
setting: string, 
/**
 * The value to give it.
 */
value: string, 
/**
 * What people call it.
 */
title: string, };

export type ConflictDraft = { 
/**
 * Its number.
 */
id: number, 
/**
 * The text; none: forget it.
 */
text: string | null, };

export type ConflictKind = "both-changed" | "both-created" | "edit-delete" | "delete-edit" | "file-folder" | "move-move" | "unreadable" | "overtaken";

export type ConflictLine = { 
/**
 * Its number, for `conflicts show` and `resolve`.
 */
id: number, 
/**
 * Where.
 */
path: string, 
/**
 * What kind.
 */
kind: ConflictKind, };

export type ConflictList = { 
/**
 * Of which pair; none: of all.
 */
pair: string | null, };

export type ConflictShow = { 
/**
 * Its number.
 */
id: number, };

export type ConflictTexts = { 
/**
 * This computer's; `None`: no file is there.
 */
mine: TextContent | null, 
/**
 * The service's; `None`: no file is there that can be read.
 */
theirs: TextContent | null, 
/**
 * What both came from, where it could be had.
 */
base: TextContent | null, 
/**
 * The parts of a merge, where both sides are texts; without a base every difference is a conflict.
 */
merged: Array<MergePart> | null, 
/**
 * Stands for both sides as they are shown here, for `resolve-merged`.
 */
seen: string, 
/**
 * What was drafted before.
 */
draft: string | null, };

export type ConflictTextsNow = { 
/**
 * Its number.
 */
id: number, };

export type ConflictView = { 
/**
 * Its number.
 */
id: number, 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * Where.
 */
path: string, 
/**
 * What kind.
 */
kind: ConflictKind, 
/**
 * When it was found, nanoseconds since the epoch.
 */
found_ns: number, 
/**
 * This computer's side.
 */
local: SideView | null, 
/**
 * The service's side.
 */
remote: SideView | null, 
/**
 * What both came from, as it was agreed.
 */
base: SideView | null, 
/**
 * Id of the base's content in the kept store, where it could be had.
 */
base_kept: string | null, 
/**
 * What can be done, in one sentence.
 */
hint: string, };

export type Decided = "local" | "remote" | "both" | "merged";

export type Direction = "both" | "upload" | "download";

export type Doctor = Record<symbol, never>;

export type DoctorReport = { 
/**
 * True when nothing is `bad`.
 */
ok: boolean, 
/**
 * One entry for each part.
 */
checks: Array<Check>, };

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "latin-1";

export type EngineError = { 
/**
 * For programs.
 */
code: ErrorCode, 
/**
 * What was attempted on what, and why it failed: a whole sentence.
 */
message: string, 
/**
 * What the person can do, where that isn't plain from the message.
 */
hint: string | null, };

export type Eol = "lf" | "crlf" | "mixed" | "none";

export type ErrorCode = "usage" | "home-busy" | "home" | "state" | "unauthorized" | "service-away" | "protocol" | "disk" | "not-found" | "cancelled" | "failed";

export type ExplainPath = { 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * Which path.
 */
path: string, };

export type Explanation = { 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * The path.
 */
path: string, 
/**
 * This computer's side.
 */
local: SideView | null, 
/**
 * The service's side.
 */
remote: SideView | null, 
/**
 * What was last agreed.
 */
synced: SideView | null, 
/**
 * The ignore pattern that keeps it out, if one does.
 */
ignored_by: string | null, 
/**
 * What follows, in sentences.
 */
follows: Array<string>, };

export type Finding = { 
/**
 * How grave it is.
 */
level: FindingLevel, 
/**
 * About which part of the pair.
 */
about: FindingAbout, 
/**
 * What was found; a whole sentence.
 */
message: string, 
/**
 * What the person can do.
 */
hint: string | null, };

export type FindingAbout = "name" | "local" | "remote" | "rules";

export type FindingLevel = "stop" | "warn" | "good";

export type FolderHere = { 
/**
 * The folder.
 */
path: string, 
/**
 * The folder that it is in.
 */
parent: string | null, 
/**
 * The folders in it, by name; hidden ones are left out.
 */
folders: Array<SubFolder>, 
/**
 * Tidemark may write in it.
 */
writable: boolean, };

export type FoldersHere = { 
/**
 * Which folder; none: the person's own.
 */
path: string | null, };

export type ForeignCopies = { 
/**
 * In which pair; none: in all.
 */
pair: string | null, };

export type ForeignCopyLine = { 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * The copy.
 */
path: string, 
/**
 * What it is a copy of.
 */
original: string, 
/**
 * Who made it: `dropbox`, `nextcloud`, `syncthing`, `seafile` or `tidemark`.
 */
made_by: string, };

export type History = { 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * Which path.
 */
path: string, };

export type Hold = { 
/**
 * Which guard.
 */
reason: HoldReason, 
/**
 * What happened and what to do: whole sentences.
 */
message: string, 
/**
 * Files that would be deleted.
 */
deletes: number, 
/**
 * Files that were in step before.
 */
of: number, };

export type HoldReason = "root-missing" | "root-replaced" | "side-emptied" | "mass-delete";

export type HoldRestore = { 
/**
 * Name of the pair.
 */
pair: string, };

export type IgnoreError = { 
/**
 * Its number, from 1.
 */
line: number, 
/**
 * Why.
 */
message: string, };

export type IgnoreLine = { 
/**
 * Its number, from 1.
 */
line: number, 
/**
 * The pattern as typed.
 */
pattern: string, 
/**
 * Files and folders that it leaves out.
 */
items: number, 
/**
 * Bytes of those files on this computer.
 */
bytes: number, };

export type IgnorePreview = { 
/**
 * What is left out, by path; at most as many as a person can look at.
 */
ignored: Array<IgnoredItem>, 
/**
 * What each pattern does.
 */
lines: Array<IgnoreLine>, 
/**
 * Patterns that can't be used.
 */
errors: Array<IgnoreError>, 
/**
 * Files and folders that were looked at.
 */
total: number, 
/**
 * Of them, those that are left out.
 */
left_out: number, 
/**
 * Of those, files that are in step now: they stay on both sides and are no longer synced.
 */
in_step: number, };

export type IgnorePreviewNow = { 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * The patterns, a line each.
 */
patterns: Array<string>, };

export type IgnoredItem = { 
/**
 * Where.
 */
path: string, 
/**
 * It is a folder.
 */
folder: boolean, 
/**
 * The pattern that leaves it out, as typed.
 */
pattern: string, 
/**
 * The number of its line, from 1; none: a built-in one.
 */
line: number | null, };

export type Keep = "local" | "remote" | "both";

export type Kept = Record<symbol, never>;

export type KeptLine = { 
/**
 * Its id, for `kept restore`.
 */
id: string, 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * Where it was.
 */
path: string, 
/**
 * Bytes.
 */
size: number, 
/**
 * When it was put there, nanoseconds since the epoch.
 */
kept_ns: number, 
/**
 * Why.
 */
why: string, 
/**
 * When it will be removed for good, nanoseconds since the epoch.
 */
until_ns: number, };

export type KeptPurge = { 
/**
 * All.
 */
all: boolean, };

export type KeptRestore = { 
/**
 * Its id.
 */
id: string, };

export type LastDone = { 
/**
 * What was done, as a short verb.
 */
action: string, 
/**
 * Where.
 */
path: string, 
/**
 * Whether it worked.
 */
ok: boolean, 
/**
 * When, nanoseconds since the epoch.
 */
time_ns: number, };

export type Live = { 
/**
 * What it is about.
 */
phase: LivePhase, 
/**
 * Items looked at in this pass, both sides together.
 */
looked: number, 
/**
 * Operations of the present plan.
 */
operations: number, 
/**
 * Operations of it that have ended.
 */
operations_done: number, 
/**
 * Operations of it that failed.
 */
failed: number, 
/**
 * Bytes of the present plan.
 */
bytes: number, 
/**
 * Bytes that have travelled for it.
 */
bytes_done: number, 
/**
 * Bytes a second to the service.
 */
up_per_s: number, 
/**
 * Bytes a second from the service.
 */
down_per_s: number, 
/**
 * Why it waits, a whole sentence.
 */
waiting: string | null, 
/**
 * Files that travel now, by path.
 */
transfers: Array<Transfer>, 
/**
 * What ended last, newest first.
 */
last: Array<LastDone>, };

export type LivePhase = "idle" | "looking" | "planning" | "working" | "stopped";

export type MergePart = { "kind": "same", 
/**
 * The text.
 */
text: string, } | { "kind": "conflict", 
/**
 * This computer's.
 */
mine: string, 
/**
 * The service's.
 */
theirs: string, 
/**
 * What both came from; empty where that isn't known.
 */
base: string, };

export type NewPair = { 
/**
 * Its name.
 */
name: string, 
/**
 * The local folder; relative to the current folder.
 */
local: string, 
/**
 * Name of the account.
 */
account: string, 
/**
 * The root at the account; may be empty.
 */
remote: string, 
/**
 * Which way changes travel.
 */
direction: Direction, 
/**
 * What happens when both sides changed.
 */
on_conflict: OnConflict, 
/**
 * Patterns of what isn't synced, as in `.gitignore`.
 */
ignore: Array<string>, };

export type Notice = { "kind": "gap" } | { "kind": "live", 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * What it is doing now.
 */
live: Live, } | { "kind": "settled", 
/**
 * How.
 */
report: PairReport, } | { "kind": "conflicts", 
/**
 * Name of the pair.
 */
pair: string, } | { "kind": "config" } | { "kind": "warning", 
/**
 * Name of the pair.
 */
pair: string | null, 
/**
 * A whole sentence.
 */
text: string, };

export type OnConflict = "ask" | "keep-both" | "newest" | "local" | "remote";

export type OrphanLine = { 
/**
 * Which file it was sent as, or was until an import put another one in its place.
 */
path: string, 
/**
 * Bytes.
 */
size: number, 
/**
 * The service's id of it; `None` where nobody knows it.
 */
id: string | null, 
/**
 * When, nanoseconds since the epoch.
 */
time_ns: number, };

export type Outcome = "in-sync" | "conflicts" | "problems" | "held" | "failed";

export type Overview = { 
/**
 * This computer's name.
 */
device: string, 
/**
 * Version of Tidemark.
 */
version: string, 
/**
 * The home directory.
 */
home: string, 
/**
 * The number of the first notice that isn't in here.
 */
seq: number, 
/**
 * All pairs.
 */
pairs: Array<PairOverview>, };

export type OverviewNow = Record<symbol, never>;

export type PairAdd = NewPair;

export type PairCheck = { 
/**
 * What was found, the gravest first.
 */
findings: Array<Finding>, 
/**
 * Bytes free on the disk of its folder.
 */
free_bytes: number | null, };

export type PairOverview = { 
/**
 * As last settled.
 */
status: PairStatus, 
/**
 * Name of the account's provider.
 */
provider: string, 
/**
 * What it is doing now.
 */
live: Live, };

export type PairPause = { 
/**
 * Its name.
 */
name: string, 
/**
 * When it goes on by itself, nanoseconds since the epoch; none: when it is resumed.
 */
until_ns: number | null, };

export type PairProblem = { 
/**
 * Name of its pair.
 */
pair: string, 
/**
 * Where; made safe to show when it isn't a path.
 */
path: string, 
/**
 * What is wrong and what to do: whole sentences.
 */
message: string, };

export type PairRemove = { 
/**
 * Its name.
 */
name: string, };

export type PairReport = { 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * How it ended.
 */
outcome: Outcome, 
/**
 * Files sent.
 */
uploaded: number, 
/**
 * Files fetched.
 */
downloaded: number, 
/**
 * Files moved on this computer.
 */
moved_local: number, 
/**
 * Files moved on the service.
 */
moved_remote: number, 
/**
 * Files deleted on this computer (they are in the kept store).
 */
deleted_local: number, 
/**
 * Files deleted on the service.
 */
deleted_remote: number, 
/**
 * Files that were in step before and still are.
 */
unchanged: number, 
/**
 * Content bytes sent.
 */
bytes_up: number, 
/**
 * Content bytes fetched.
 */
bytes_down: number, 
/**
 * Requests to the service.
 */
requests: number, 
/**
 * Time it took.
 */
elapsed_ms: number, 
/**
 * Conflicts that wait.
 */
conflicts: Array<ConflictLine>, 
/**
 * Files with a problem.
 */
problems: Array<Problem>, 
/**
 * Set when deletions wait for a confirmation.
 */
held: Hold | null, 
/**
 * Why nothing could be done, when `outcome` is `failed`.
 */
error?: EngineError | null, };

export type PairResume = { 
/**
 * Its name.
 */
name: string, };

export type PairSet = { 
/**
 * Its name.
 */
name: string, 
/**
 * Keys and values; all are changed, or none.
 */
changes: Array<[string, string]>, };

export type PairStatus = { 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * The local folder.
 */
local: string, 
/**
 * The account and its root, as `ACCOUNT:REMOTE`.
 */
remote: string, 
/**
 * One sentence: how it stands and since when.
 */
sentence: string, 
/**
 * It is paused.
 */
paused: boolean, 
/**
 * When it goes on by itself, nanoseconds since the epoch; `None`: when it is resumed.
 */
paused_until_ns: number | null, 
/**
 * Files in step.
 */
synced_files: number, 
/**
 * Nodes that differ, as last seen.
 */
differing: number, 
/**
 * When the last pass ended, nanoseconds since the epoch.
 */
last_sync_ns: number | null, 
/**
 * How local changes are noticed: `watching`, `scanning` with the reason, or `idle` when no `watch` runs.
 */
noticing: string, 
/**
 * What is known of contents where the service shows names and sizes only; `None`: its revisions tell.
 */
comparison: string | null, 
/**
 * The service's id of the manifest's copy there, where the service lists nothing.
 */
manifest: string | null, 
/**
 * Files at the service that no path leads to, or that may be there: uploads whose answer got lost.
 */
possible_orphans: Array<OrphanLine>, 
/**
 * Conflicts that wait.
 */
conflicts: Array<ConflictLine>, 
/**
 * Files with a problem.
 */
problems: Array<Problem>, 
/**
 * Set when deletions wait for a confirmation.
 */
held: Hold | null, };

export type PairTry = NewPair;

export type PairView = { 
/**
 * Its name.
 */
name: string, 
/**
 * The local folder.
 */
local: string, 
/**
 * Name of the account.
 */
account: string, 
/**
 * The root at the account.
 */
remote: string, 
/**
 * Which way changes travel.
 */
direction: Direction, 
/**
 * What happens when both sides changed.
 */
on_conflict: OnConflict, 
/**
 * Patterns of what isn't synced.
 */
ignore: Array<string>, 
/**
 * It is left out until resumed.
 */
paused: boolean, 
/**
 * When it goes on by itself, nanoseconds since the epoch; `None`: when it is resumed.
 */
paused_until_ns: number | null, 
/**
 * Days for which replaced and deleted contents are kept.
 */
keep_days: number, 
/**
 * Bytes a second to the service; `None`: no limit.
 */
upload_limit: number | null, 
/**
 * Bytes a second from the service; `None`: no limit.
 */
download_limit: number | null, 
/**
 * Seconds between two looks at the service; `None`: what suits the provider.
 */
poll_seconds: number | null, 
/**
 * Share of the files in step, in percent, above which deletions are held.
 */
max_delete_percent: number, 
/**
 * Number of deletions above which they are held.
 */
max_deletes: number, 
/**
 * How often contents are compared, where the service's revisions don't show every edit.
 */
verify: Verify, 
/**
 * What the provider is told beside the account's settings.
 */
settings: { [key in string]: string }, };

export type Pairs = Record<symbol, never>;

export type Plan = { 
/**
 * Which pairs; none: all that aren't paused.
 */
pairs: Array<string>, };

export type PlanNew = NewPair;

export type PlanReport = { 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * Every operation, in the order in which `sync` does them.
 */
operations: Array<PlannedOperation>, 
/**
 * What would wait as conflict.
 */
conflicts: Array<PlannedConflict>, 
/**
 * What can't be synced.
 */
problems: Array<Problem>, 
/**
 * Set when a guard would hold the deletions.
 */
held: Hold | null, 
/**
 * Why no plan could be made.
 */
error?: EngineError | null, };

export type PlannedConflict = { 
/**
 * Where.
 */
path: string, 
/**
 * What kind.
 */
kind: ConflictKind, };

export type PlannedOperation = { 
/**
 * What is done, as a short verb: `upload`, `download`, `move here`…
 */
action: string, 
/**
 * Where.
 */
path: string, 
/**
 * For a move: from where; for a kept copy: its name.
 */
other?: string | null, 
/**
 * Bytes that travel.
 */
bytes: number, 
/**
 * Why.
 */
reason: string, };

export type Problem = { 
/**
 * Where; made safe to show when it isn't a path.
 */
path: string, 
/**
 * For programs.
 */
code: BlockedCode, 
/**
 * What is wrong and what to do: whole sentences.
 */
message: string, };

export type ProblemGroup = { 
/**
 * The cause.
 */
code: BlockedCode, 
/**
 * What it is, in a few words.
 */
title: string, 
/**
 * Why it is so; a whole sentence.
 */
why: string, 
/**
 * What is safe; a whole sentence.
 */
safe: string, 
/**
 * What comes next, or what the person can do; a whole sentence.
 */
next: string, 
/**
 * The files.
 */
problems: Array<PairProblem>, };

export type Problems = Record<symbol, never>;

export type ProviderView = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it is, in one line.
 */
title: string, 
/**
 * Settings of an account.
 */
settings: Array<SettingView>, 
/**
 * Settings of a pair.
 */
pair_settings: Array<SettingView>, 
/**
 * What its secret is called; `None`: it has none.
 */
secret: string | null, 
/**
 * What REMOTE of a pair means.
 */
remote: string, 
/**
 * An account may take a sign-in with a browser.
 */
sign_in: boolean, 
/**
 * It can say what settings can be set to.
 */
choices: boolean, 
/**
 * It keeps old versions.
 */
versions: boolean, 
/**
 * What follows from what it can't do; whole sentences.
 */
consequences: Array<string>, };

export type Providers = Record<symbol, never>;

export type Purged = { 
/**
 * Contents.
 */
items: number, 
/**
 * Their bytes.
 */
bytes: number, };

export type RemovedPair = { 
/**
 * Its name.
 */
name: string, 
/**
 * The local folder, whose files stay.
 */
local: string, 
/**
 * The folder in which contents that sync replaced or deleted still are, where there are any.
 */
kept: string | null, };

export type ResolutionView = { 
/**
 * Its number, for `conflicts undo`.
 */
id: number, 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * Where.
 */
path: string, 
/**
 * What kind of conflict.
 */
kind: ConflictKind, 
/**
 * What was decided.
 */
decision: Decided, 
/**
 * When, nanoseconds since the epoch.
 */
time_ns: number, 
/**
 * Whether it can be undone, as far as is known without a look at both sides.
 */
undoable: boolean, 
/**
 * Why it can't.
 */
why_not: string | null, 
/**
 * When it was undone, nanoseconds since the epoch.
 */
undone_ns: number | null, };

export type Resolutions = { 
/**
 * Decisions at most.
 */
limit: number, };

export type Resolve = { 
/**
 * Which; none: all that wait.
 */
ids: Array<number> | null, 
/**
 * Whose state wins.
 */
keep: Keep, };

export type ResolveByFile = { 
/**
 * Its number.
 */
id: number, 
/**
 * The file.
 */
file: string, };

export type ResolveMerged = { 
/**
 * Its number.
 */
id: number, 
/**
 * The text.
 */
text: string, 
/**
 * What the person looked at, from the texts.
 */
seen: string, };

export type Resolved = { 
/**
 * What the sync that carried them out did.
 */
report: SyncReport, 
/**
 * The decisions.
 */
resolutions: Array<ResolutionView>, };

export type RestoreVersion = { 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * Which path.
 */
path: string, 
/**
 * Which version.
 */
version: string, 
/**
 * Where to; none: in its place, on top of what is there.
 */
to: string | null, };

export type Restored = { 
/**
 * Where it is now.
 */
to: string, 
/**
 * Bytes.
 */
size: number, };

export type SecretPlace = "keychain" | "file";

export type SettingView = { 
/**
 * Its key.
 */
key: string, 
/**
 * What it is, in a few words.
 */
what: string, 
/**
 * It must be given.
 */
required: boolean, };

export type SideView = { 
/**
 * `file` or `folder`.
 */
kind: string, 
/**
 * Bytes, where known.
 */
size: number | null, 
/**
 * Time of modification, nanoseconds since the epoch, where known.
 */
modified_ns: number | null, 
/**
 * BLAKE3 in hex, where known.
 */
hash: string | null, 
/**
 * The service's revision.
 */
revision?: string | null, 
/**
 * The service's id.
 */
id?: string | null, };

export type SubFolder = { 
/**
 * Its name.
 */
name: string, 
/**
 * Where it is.
 */
path: string, };

export type Sync = { 
/**
 * Which pairs; none: all that aren't paused.
 */
pairs: Array<string>, 
/**
 * Deletions that a guard would hold are done.
 */
confirm_deletes: boolean, };

export type SyncReport = { 
/**
 * One entry a pair.
 */
pairs: Array<PairReport>, };

export type TextContent = { 
/**
 * The text, with `\n` at the ends of its lines; `None`: it isn't one, or is too large.
 */
text: string | null, 
/**
 * Bytes.
 */
size: number, 
/**
 * How its characters are written.
 */
encoding: Encoding, 
/**
 * Whether a byte order mark stands before it.
 */
bom: boolean, 
/**
 * How its lines end.
 */
eol: Eol, 
/**
 * Whether its last line has an end.
 */
final_newline: boolean, };

export type Transfer = { 
/**
 * Which.
 */
path: string, 
/**
 * To the service; false: from it.
 */
up: boolean, 
/**
 * Its size in bytes, where known.
 */
size: number | null, 
/**
 * Bytes that have travelled.
 */
done: number, 
/**
 * When it began, nanoseconds since the epoch.
 */
since_ns: number, 
/**
 * When bytes last travelled, nanoseconds since the epoch.
 */
moved_ns: number, };

export type Undo = { 
/**
 * Numbers of decisions.
 */
ids: Array<number>, };

export type Verify = "never" | "daily" | "always";

export type VersionLine = { 
/**
 * Its id, for `restore --version`.
 */
id: string, 
/**
 * `service` or `kept`.
 */
source: string, 
/**
 * Bytes, where known.
 */
size: number | null, 
/**
 * When it was made or kept, nanoseconds since the epoch.
 */
time_ns: number | null, 
/**
 * Who made it, or why it was kept.
 */
note: string | null, 
/**
 * It is what the service has now.
 */
current: boolean, };

export type VersionText = { 
/**
 * Name of the pair.
 */
pair: string, 
/**
 * Which path.
 */
path: string, 
/**
 * Which version.
 */
version: string, };

export interface Commands {
  "overview": { params: OverviewNow; reply: Overview };
  "providers": { params: Providers; reply: Array<ProviderView> };
  "doctor": { params: Doctor; reply: DoctorReport };
  "accounts": { params: Accounts; reply: Array<AccountView> };
  "account-try": { params: AccountTry; reply: AccountCheck };
  "account-add": { params: AccountAdd; reply: AccountView };
  "account-check": { params: AccountCheckNow; reply: AccountCheck };
  "account-choices": { params: AccountChoices; reply: Array<Choice> | null };
  "account-login": { params: AccountLogin; reply: AccountLoginLink };
  "account-changed": { params: AccountChanged; reply: null };
  "account-remove": { params: AccountRemove; reply: null };
  "folders-here": { params: FoldersHere; reply: FolderHere };
  "pair-try": { params: PairTry; reply: PairCheck };
  "plan-new": { params: PlanNew; reply: PlanReport };
  "pair-add": { params: PairAdd; reply: PairView };
  "pairs": { params: Pairs; reply: Array<PairView> };
  "pair-set": { params: PairSet; reply: PairView };
  "pair-pause": { params: PairPause; reply: PairView };
  "pair-resume": { params: PairResume; reply: PairView };
  "pair-remove": { params: PairRemove; reply: RemovedPair };
  "plan": { params: Plan; reply: Array<PlanReport> };
  "sync": { params: Sync; reply: SyncReport };
  "hold-restore": { params: HoldRestore; reply: SyncReport };
  "conflicts": { params: ConflictList; reply: Array<ConflictView> };
  "conflict": { params: ConflictShow; reply: ConflictView };
  "conflict-texts": { params: ConflictTextsNow; reply: ConflictTexts };
  "conflict-draft": { params: ConflictDraft; reply: null };
  "resolve": { params: Resolve; reply: Resolved };
  "resolve-by-file": { params: ResolveByFile; reply: Resolved };
  "resolve-merged": { params: ResolveMerged; reply: Resolved };
  "resolutions": { params: Resolutions; reply: Array<ResolutionView> };
  "undo": { params: Undo; reply: Resolved };
  "foreign-copies": { params: ForeignCopies; reply: Array<ForeignCopyLine> };
  "problems": { params: Problems; reply: Array<ProblemGroup> };
  "activity": { params: Activity; reply: ActivityPage };
  "explain": { params: ExplainPath; reply: Explanation };
  "history": { params: History; reply: Array<VersionLine> };
  "version-text": { params: VersionText; reply: TextContent };
  "restore": { params: RestoreVersion; reply: Restored };
  "kept": { params: Kept; reply: Array<KeptLine> };
  "kept-restore": { params: KeptRestore; reply: Restored };
  "kept-purge": { params: KeptPurge; reply: Purged };
  "ignore-preview": { params: IgnorePreviewNow; reply: IgnorePreview };
}
