//! What the planner must know beside the nodes: the pair's rules and what its two sides can store.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::operation::{HoldReason, Keep};
use crate::names::NameRules;
use crate::path::RelPath;

/// The pair's rules and the sides' limits.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Which way changes travel.
    pub direction: Direction,
    /// What happens when both sides changed.
    pub on_conflict: OnConflict,
    /// Decisions of people on waiting conflicts, by path; the engine has checked that they still apply.
    pub decisions: HashMap<RelPath, Keep>,
    /// What the service can do and store.
    pub remote: RemoteLimits,
    /// What this computer's disk can store.
    pub local_names: NameRules,
    /// Guards.
    pub guards: Guards,
    /// How copies of losing versions are named.
    pub copy_marker: CopyMarker,
}

/// Which way changes travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Both ways.
    #[default]
    Both,
    /// From this computer to the service only; the service's own changes are left there.
    Upload,
    /// From the service to this computer only; changes made here are left here.
    Download,
}

/// What happens when both sides changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum OnConflict {
    /// Wait for a person; neither side is touched.
    #[default]
    Ask,
    /// Keep both under two names; an edit survives a deletion.
    KeepBoth,
    /// The later change wins, the other one is kept; an edit survives a deletion. Without two times: ask.
    Newest,
    /// This computer's state wins.
    Local,
    /// The service's state wins.
    Remote,
}

/// What the service can do and store, as far as planning depends on it.
#[derive(Debug, Clone)]
pub struct RemoteLimits {
    /// It can rename and move a file and keeps its id and history.
    pub moves_files: bool,
    /// It can rename and move a folder with all that is inside.
    pub moves_folders: bool,
    /// Folders are items of their own or follow from paths; false: it is flat.
    pub folders: bool,
    /// It takes files of 0 bytes.
    pub empty_files: bool,
    /// Largest file in bytes.
    pub max_size: Option<u64>,
    /// The account may write.
    pub writable: bool,
    /// Its ids stay with an item when it moves.
    pub stable_ids: bool,
    /// What names it can store.
    pub names: NameRules,
}

/// When deletions need a person's word. Both thresholds must be passed for a mass deletion.
#[derive(Debug, Clone)]
pub struct Guards {
    /// Files in step before this pass, of the whole pair.
    pub synced_files: u64,
    /// Share of `synced_files`, in percent, above which deletions are held.
    pub max_delete_percent: u64,
    /// Number of deletions above which they are held.
    pub max_deletes: u64,
    /// The local root isn't the folder it was.
    pub root_replaced: bool,
    /// Holds that nobody has confirmed yet.
    pub standing: Standing,
    /// A person has confirmed the deletions of this pass.
    pub confirmed: bool,
}

/// Holds that last until somebody confirms them or what is missing is back, by the side that would lose files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Deletions on this computer wait.
    pub here: Option<HoldReason>,
    /// Deletions on the service wait.
    pub there: Option<HoldReason>,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            synced_files: 0,
            max_delete_percent: 50,
            max_deletes: 25,
            root_replaced: false,
            standing: Standing::default(),
            confirmed: false,
        }
    }
}

/// How copies of losing versions are named: `<stem> (conflict, <device> <time>).<ext>`.
#[derive(Debug, Clone)]
pub struct CopyMarker {
    /// This computer's name.
    pub device: String,
    /// Local time of the pass as `YYYY-MM-DD HHmmss`.
    pub time: String,
}
