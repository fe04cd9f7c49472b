//! What commands answer, as data: the JSON of the command line is these structs.

use serde::{Deserialize, Serialize};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{BlockedCode, ConflictKind, Hold};
use ts_rs::TS;

/// Answer of `sync`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct SyncReport {
    /// One entry a pair.
    pub pairs: Vec<PairReport>,
}

/// How a pair's sync ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Both sides are equal and nothing waits.
    InSync,
    /// In sync except for conflicts that wait.
    Conflicts,
    /// In sync except for files with a problem.
    Problems,
    /// Deletions wait for a confirmation.
    Held,
    /// Nothing could be done.
    Failed,
}

/// What a sync of one pair did and what waits.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PairReport {
    /// Name of the pair.
    pub pair: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Files sent.
    pub uploaded: u64,
    /// Files fetched.
    pub downloaded: u64,
    /// Files moved on this computer.
    pub moved_local: u64,
    /// Files moved on the service.
    pub moved_remote: u64,
    /// Files deleted on this computer (they are in the kept store).
    pub deleted_local: u64,
    /// Files deleted on the service.
    pub deleted_remote: u64,
    /// Files that were in step before and still are.
    pub unchanged: u64,
    /// Content bytes sent.
    pub bytes_up: u64,
    /// Content bytes fetched.
    pub bytes_down: u64,
    /// Requests to the service.
    pub requests: u64,
    /// Time it took.
    pub elapsed_ms: u64,
    /// Conflicts that wait.
    pub conflicts: Vec<ConflictLine>,
    /// Files with a problem.
    pub problems: Vec<Problem>,
    /// Set when deletions wait for a confirmation.
    pub held: Option<Hold>,
    /// Why nothing could be done, when `outcome` is `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::error::EngineError>,
}

/// A waiting conflict in one line.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConflictLine {
    /// Its number, for `conflicts show` and `resolve`.
    pub id: i64,
    /// Where.
    pub path: String,
    /// What kind.
    pub kind: ConflictKind,
}

/// A file with a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Problem {
    /// Where; made safe to show when it isn't a path.
    pub path: String,
    /// For programs.
    pub code: BlockedCode,
    /// What is wrong and what to do: whole sentences.
    pub message: String,
}

/// Answer of `plan` for one pair.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlanReport {
    /// Name of the pair.
    pub pair: String,
    /// Every operation, in the order in which `sync` does them.
    pub operations: Vec<PlannedOperation>,
    /// What would wait as conflict.
    pub conflicts: Vec<PlannedConflict>,
    /// What can't be synced.
    pub problems: Vec<Problem>,
    /// Set when a guard would hold the deletions.
    pub held: Option<Hold>,
    /// Why no plan could be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::error::EngineError>,
}

/// One operation of a plan.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlannedOperation {
    /// What is done, as a short verb: `upload`, `download`, `move here`…
    pub action: String,
    /// Where.
    pub path: String,
    /// For a move: from where; for a kept copy: its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// Bytes that travel.
    pub bytes: u64,
    /// Why.
    pub reason: String,
}

/// One conflict of a plan.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlannedConflict {
    /// Where.
    pub path: String,
    /// What kind.
    pub kind: ConflictKind,
}

/// An item at the service that no path leads to, or one that may be there: an upload's, whose answer got lost.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrphanLine {
    /// Which file it was sent as, or was until an import put another one in its place.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// The service's id of it; `None` where nobody knows it.
    pub id: Option<String>,
    /// When, nanoseconds since the epoch.
    pub time_ns: i64,
}

/// Answer of `status` for one pair.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PairStatus {
    /// Name of the pair.
    pub pair: String,
    /// The local folder.
    pub local: String,
    /// The account and its root, as `ACCOUNT:REMOTE`.
    pub remote: String,
    /// One sentence: how it stands and since when.
    pub sentence: String,
    /// It is paused.
    pub paused: bool,
    /// When it goes on by itself, nanoseconds since the epoch; `None`: when it is resumed.
    pub paused_until_ns: Option<i64>,
    /// Files in step.
    pub synced_files: u64,
    /// Nodes that differ, as last seen.
    pub differing: u64,
    /// When the last pass ended, nanoseconds since the epoch.
    pub last_sync_ns: Option<i64>,
    /// How local changes are noticed: `watching`, `scanning` with the reason, or `idle` when no `watch` runs.
    pub noticing: String,
    /// What is known of contents where the service shows names and sizes only; `None`: its revisions tell.
    pub comparison: Option<String>,
    /// The service's id of the manifest's copy there, where the service lists nothing.
    pub manifest: Option<String>,
    /// Files at the service that no path leads to, or that may be there: uploads whose answer got lost.
    pub possible_orphans: Vec<OrphanLine>,
    /// Conflicts that wait.
    pub conflicts: Vec<ConflictLine>,
    /// Files with a problem.
    pub problems: Vec<Problem>,
    /// Set when deletions wait for a confirmation.
    pub held: Option<Hold>,
}

/// One side of a path, for `explain` and `conflicts show`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SideView {
    /// `file` or `folder`.
    pub kind: String,
    /// Bytes, where known.
    pub size: Option<u64>,
    /// Time of modification, nanoseconds since the epoch, where known.
    pub modified_ns: Option<i64>,
    /// BLAKE3 in hex, where known.
    pub hash: Option<String>,
    /// The service's revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The service's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Answer of `explain`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Explanation {
    /// Name of the pair.
    pub pair: String,
    /// The path.
    pub path: String,
    /// This computer's side.
    pub local: Option<SideView>,
    /// The service's side.
    pub remote: Option<SideView>,
    /// What was last agreed.
    pub synced: Option<SideView>,
    /// The ignore pattern that keeps it out, if one does.
    pub ignored_by: Option<String>,
    /// What follows, in sentences.
    pub follows: Vec<String>,
}

/// Answer of `conflicts show`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConflictView {
    /// Its number.
    pub id: i64,
    /// Name of the pair.
    pub pair: String,
    /// Where.
    pub path: String,
    /// What kind.
    pub kind: ConflictKind,
    /// When it was found, nanoseconds since the epoch.
    pub found_ns: i64,
    /// This computer's side.
    pub local: Option<SideView>,
    /// The service's side.
    pub remote: Option<SideView>,
    /// What both came from, as it was agreed.
    pub base: Option<SideView>,
    /// Id of the base's content in the kept store, where it could be had.
    pub base_kept: Option<String>,
    /// What can be done, in one sentence.
    pub hint: String,
}

/// One version of a path, for `history`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VersionLine {
    /// Its id, for `restore --version`.
    pub id: String,
    /// `service` or `kept`.
    pub source: String,
    /// Bytes, where known.
    pub size: Option<u64>,
    /// When it was made or kept, nanoseconds since the epoch.
    pub time_ns: Option<i64>,
    /// Who made it, or why it was kept.
    pub note: Option<String>,
    /// It is what the service has now.
    pub current: bool,
}

/// Answer of `restore` and of `kept restore`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Restored {
    /// Where it is now.
    pub to: String,
    /// Bytes.
    pub size: u64,
}

/// One kept content, for `kept list`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct KeptLine {
    /// Its id, for `kept restore`.
    pub id: String,
    /// Name of the pair.
    pub pair: String,
    /// Where it was.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// When it was put there, nanoseconds since the epoch.
    pub kept_ns: i64,
    /// Why.
    pub why: String,
    /// When it will be removed for good, nanoseconds since the epoch.
    pub until_ns: i64,
}

/// One line of the activity.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ActivityLine {
    /// Its number, rising.
    pub seq: i64,
    /// When, nanoseconds since the epoch.
    pub time_ns: i64,
    /// Name of the pair.
    pub pair: String,
    /// What was done, as a short verb.
    pub action: String,
    /// Where.
    pub path: String,
    /// Why, or what went wrong.
    pub reason: String,
    /// Bytes that travelled.
    pub bytes: u64,
    /// False when it failed.
    pub ok: bool,
}

/// What happens while a command runs; for progress on a terminal.
#[derive(Debug, Clone)]
pub enum Event {
    /// A pair's pass has entered a phase.
    Phase {
        /// Name of the pair.
        pair: String,
        /// Which phase.
        phase: Phase,
    },
    /// So many items were looked at.
    Looked {
        /// Items so far, both sides together.
        items: u64,
    },
    /// The plan is made.
    Planned {
        /// Operations to come.
        operations: u64,
        /// Bytes to come.
        bytes: u64,
    },
    /// Content bytes travelled since the last such event.
    Moved {
        /// Of which file.
        path: RelPath,
        /// To the service; false: from it.
        up: bool,
        /// How many.
        bytes: u64,
        /// Size of the whole file, where known.
        of: Option<u64>,
    },
    /// An operation ended.
    Done {
        /// What was done, as a short verb.
        action: String,
        /// Where.
        path: String,
        /// Whether it worked.
        ok: bool,
    },
    /// It waits for the service, until the time has passed.
    Waiting {
        /// Why, a whole sentence.
        why: String,
    },
    /// Something that the person should know, and that stops nothing.
    Warning {
        /// A whole sentence.
        text: String,
    },
    /// `watch` has settled a pair.
    Settled(Box<PairReport>),
    /// A pass has ended, whether it is told of or not.
    Ended,
    /// A pair isn't kept in step any more.
    Stopped,
}

/// Phases of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Looking at both sides.
    Looking,
    /// Working out what follows.
    Planning,
    /// Doing it.
    Working,
}
