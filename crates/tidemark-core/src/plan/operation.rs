//! What a plan is made of: operations with their reason, conflicts, blocked items and a hold. Values only.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::policy::Standing;
use crate::node::{ContentHash, Kind, Local, Remote};
use crate::path::RelPath;

/// Everything that follows from the nodes that differ.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// What to do, in an order that is safe: by [`Stage`], within a stage as listed.
    pub operations: Vec<Operation>,
    /// Paths that two sides changed and that wait for a decision. Neither side is touched.
    pub conflicts: Vec<Conflict>,
    /// Paths that can't be synced as they are, each with a code. Neither side is touched.
    pub blocked: Vec<Blocked>,
    /// Set when a guard objects: the deletions are left out of `operations` until a person confirms them.
    pub hold: Option<Hold>,
    /// On which sides deletions are held; to be handed to the next plan as [`Guards::standing`](super::policy::Guards).
    pub standing: Standing,
}

/// One step. The executor checks `expects` again at the moment of acting and refuses when a side has moved on.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The path that the step is about: where a moved item arrives.
    pub path: RelPath,
    /// File or folder.
    pub kind: Kind,
    /// What to do.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// What both sides must still be for the step to be right.
    pub expects: Expects,
    /// Files that the step stands for: 1 for a file, the number of files inside for a moved folder, else 0.
    pub files: u64,
}

/// Both sides as the planner saw them at `Operation::path` (for a move: at the place it leaves).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expects {
    /// The local side; `None`: nothing may be there.
    pub local: Option<Local>,
    /// The remote side; `None`: nothing may be there.
    pub remote: Option<Remote>,
}

/// What a step does. "Local" is this computer, "remote" the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Record both sides as agreed, move nothing: they hold the same, or a person leaves them as they are.
    Agree,
    /// Forget what was agreed, move nothing: both sides are gone, or a person leaves the service's where it is.
    Forget,
    /// Send the local file: a new item, or a new revision of `expects.remote`.
    Upload,
    /// Fetch the remote file in the place of `expects.local`, which goes to the kept store.
    Download,
    /// Make the folder on this computer.
    CreateLocalFolder,
    /// Make the folder on the service.
    CreateRemoteFolder,
    /// The service moved it: move it here, with all that is inside.
    MoveLocal {
        /// Where it is now on this computer.
        from: RelPath,
    },
    /// It was moved here: move it on the service, with all that is inside.
    MoveRemote {
        /// Where it is now on the service.
        from: RelPath,
    },
    /// The service's item is gone: move the local one to the kept store (a folder: remove it when empty).
    DeleteLocal,
    /// The local item is gone: delete the service's.
    DeleteRemote,
    /// Both changed: the service's content takes the path, the local one continues as `copy`, on both sides.
    KeepBoth {
        /// Name of the local version's copy, in the same folder.
        copy: RelPath,
    },
}

/// Coarse order of a plan. A stage begins when the one before has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Deletions that free a path which something else needs in this plan.
    Clear,
    /// Moves, one after the other.
    Move,
    /// New folders, parents first.
    Folders,
    /// Transfers and records of agreement, in any order, many at a time.
    Transfer,
    /// Deletions of files, in any order.
    Delete,
    /// Deletions of folders, children first, one after the other.
    DeleteFolders,
}

impl Operation {
    /// The stage that the step belongs to. Deletions of `clears` plans carry [`Reason::Obstructs`].
    pub fn stage(&self) -> Stage {
        match (&self.action, self.kind) {
            (Action::DeleteLocal | Action::DeleteRemote, _) if self.reason == Reason::Obstructs => {
                Stage::Clear
            }
            (Action::DeleteLocal | Action::DeleteRemote, Kind::File) => Stage::Delete,
            (Action::DeleteLocal | Action::DeleteRemote, Kind::Folder) => Stage::DeleteFolders,
            (Action::MoveLocal { .. } | Action::MoveRemote { .. }, _) => Stage::Move,
            (Action::CreateLocalFolder | Action::CreateRemoteFolder, _) => Stage::Folders,
            _ => Stage::Transfer,
        }
    }
}

/// Why a step is planned, as data; [`std::fmt::Display`] gives the sentence that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// New on this computer.
    NewHere,
    /// New on the service.
    NewThere,
    /// Changed on this computer since the last sync.
    ChangedHere,
    /// Changed on the service since the last sync.
    ChangedThere,
    /// Deleted on this computer.
    DeletedHere,
    /// Deleted on the service.
    DeletedThere,
    /// Moved on this computer.
    MovedHere {
        /// How it was recognised.
        by: Recognised,
    },
    /// Moved on the service.
    MovedThere {
        /// How it was recognised.
        by: Recognised,
    },
    /// Moved on this computer, to a service that can't move: sent again under the new name, then deleted at the old one.
    /// On the deletion `to` says where its content went; it may run only after that upload was recorded.
    Resent {
        /// The new path.
        to: RelPath,
        /// The old path.
        from: RelPath,
    },
    /// Both sides hold the same content.
    Identical,
    /// Gone on both sides.
    GoneOnBoth,
    /// It stands where something else has to go (a file where a folder comes, or the reverse).
    Obstructs,
    /// First half of a cycle of moves: through a temporary name.
    CycleBreak,
    /// An edit outlives the other side's deletion.
    EditSurvives,
    /// A person decided that each side keeps what it has: the service's can't be read, so it can't come here.
    LeftApart,
    /// A person decided, or the pair's conflict rule did.
    Decided {
        /// What was decided.
        keep: Keep,
        /// True when the pair's rule decided and not a person.
        by_rule: bool,
    },
}

/// How a move was recognised, the most certain first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recognised {
    /// By the service's id.
    RemoteId,
    /// By inode and device.
    Inode,
    /// By equal content.
    Content,
}

/// Which side's state wins a conflict; a deletion is a state too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// This computer's.
    Local,
    /// The service's.
    Remote,
    /// Both: the service's under the name, the local one as a copy beside it. Of an edit and a deletion: the edit.
    /// Where the service's can't be read, both are kept already, each on its side: they stay so.
    Both,
}

/// A path that both sides changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Where.
    pub path: RelPath,
    /// What kind.
    pub kind: ConflictKind,
    /// Both sides as seen; a decision is valid only for these.
    pub sides: Expects,
    /// Hash of the content that both came from, where it is known.
    pub base: Option<ContentHash>,
}

/// The kinds of conflict. The kebab-case name is what JSON and the database hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictKind {
    /// Both edited.
    BothChanged,
    /// Both created, with different content and no common base.
    BothCreated,
    /// Edited here, deleted there.
    EditDelete,
    /// Deleted here, edited there.
    DeleteEdit,
    /// A file on one side, a folder on the other.
    FileFolder,
    /// Both moved it, to different places. `Conflict::path` is the place here.
    MoveMove,
    /// The service's is new or changed and can't be read back, so that nothing can be compared, fetched or kept. Only a
    /// person, or a rule that this computer's state wins, writes over it.
    Unreadable,
    /// Somebody's revision got between our look and our write; both are kept in the service's history.
    Overtaken,
}

/// A path that can't be synced as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// Where; for names that aren't paths the engine reports a problem of its own.
    pub path: RelPath,
    /// Why, for programs.
    pub code: BlockedCode,
    /// Why and what to do, for people: a whole sentence.
    pub message: String,
}

/// Codes of problems. The kebab-case name is what JSON holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum BlockedCode {
    /// The other side can't store such a name.
    NameUnsupported,
    /// Two names that differ only by letter case, and a side that doesn't tell them apart.
    CaseClash,
    /// Two names that differ only by Unicode normalisation, and a side that doesn't tell them apart.
    UnicodeClash,
    /// Larger than the service takes.
    TooLarge,
    /// Empty, and the service takes no empty files.
    EmptyUnsupported,
    /// A folder, and the service has none.
    FoldersUnsupported,
    /// The account may only read.
    ReadOnly,
    /// The service never gives this content back.
    WriteOnly,
    /// A symbolic link; never followed, never sent.
    Symlink,
    /// Neither file nor folder: a socket, a pipe, a device.
    SpecialFile,
    /// A name that isn't UTF-8.
    NameNotUtf8,
    /// A path that leads nowhere safe: `..`, absolute, or our own folder.
    UnsafePath,
    /// Reading or writing it here was refused by the system.
    LocalDenied,
    /// Reading or writing it here failed.
    LocalFailed,
    /// The disk is full.
    DiskFull,
    /// Another file system is mounted there.
    OtherFilesystem,
    /// It keeps changing while it is read.
    KeepsChanging,
    /// The service refused it.
    RemoteRefused,
    /// The service's storage is used up.
    QuotaExceeded,
    /// The service failed on it, repeatedly.
    RemoteFailed,
    /// What arrived isn't what the service announced.
    DigestMismatch,
    /// Two items of one name on the service.
    DuplicateName,
}

/// A guard's objection. Deletions wait; everything else goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hold {
    /// Which guard.
    pub reason: HoldReason,
    /// What happened and what to do: whole sentences.
    pub message: String,
    /// Files that would be deleted.
    pub deletes: u64,
    /// Files that were in step before.
    pub of: u64,
}

/// Which guard objects. The kebab-case name is what JSON holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum HoldReason {
    /// The local folder isn't there, or can't be read.
    RootMissing,
    /// The local folder is another one than before (another disk, or made anew), and things are missing in it.
    RootReplaced,
    /// Nothing is left of what was in step on one side.
    SideEmptied,
    /// A large part is missing on one side.
    MassDelete,
}
