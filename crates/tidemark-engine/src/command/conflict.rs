//! Commands on conflicts.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tidemark_core::plan::operation::Keep;
use ts_rs::TS;

use super::{Call, Command};
use crate::conflict_texts::ConflictTexts;
use crate::control::Tidemark;
use crate::error::Result;
use crate::foreign_copies::ForeignCopyLine;
use crate::hub::Notice;
use crate::report::ConflictView;
use crate::resolution::{ResolutionView, Resolved};
use crate::resolve::{Decision, Which};

/// The conflicts that wait.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ConflictList {
    /// Of which pair; none: of all.
    pub pair: Option<String>,
}

impl Command for ConflictList {
    const NAME: &'static str = "conflicts";
    type Reply = Vec<ConflictView>;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Self::Reply> {
        on.conflicts(self.pair.as_deref())
    }
}

/// One conflict.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ConflictShow {
    /// Its number.
    pub id: i64,
}

impl Command for ConflictShow {
    const NAME: &'static str = "conflict";
    type Reply = ConflictView;

    async fn run(self, on: &Tidemark, _: Call) -> Result<ConflictView> {
        on.conflict(self.id)
    }
}

/// Decides conflicts and carries it out.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Resolve {
    /// Which; none: all that wait.
    pub ids: Option<Vec<i64>>,
    /// Whose state wins.
    pub keep: Keep,
}

impl Command for Resolve {
    const NAME: &'static str = "resolve";
    type Reply = Resolved;

    async fn run(self, on: &Tidemark, call: Call) -> Result<Resolved> {
        let which = self.ids.map_or(Which::All, Which::Ids);
        told(on, on.resolve(which, Decision::Keep(self.keep), call.events, call.cancel).await)
    }
}

/// Tells those who listen that conflicts aren't what they were.
fn told(on: &Tidemark, resolved: Result<Resolved>) -> Result<Resolved> {
    let pairs = resolved.iter().flat_map(|resolved| &resolved.report.pairs);
    pairs.for_each(|pair| on.hub.tell(Notice::Conflicts { pair: pair.pair.clone() }));
    resolved
}

/// Decides a conflict by a text that a person made of both sides.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ResolveMerged {
    /// Its number.
    pub id: i64,
    /// The text.
    pub text: String,
    /// What the person looked at, from the texts.
    pub seen: String,
}

impl Command for ResolveMerged {
    const NAME: &'static str = "resolve-merged";
    type Reply = Resolved;

    async fn run(self, on: &Tidemark, call: Call) -> Result<Resolved> {
        told(on, on.resolve_merged(self.id, &self.text, &self.seen, call.events, call.cancel).await)
    }
}

/// Decides a conflict by the content of a file.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ResolveByFile {
    /// Its number.
    pub id: i64,
    /// The file.
    pub file: PathBuf,
}

impl Command for ResolveByFile {
    const NAME: &'static str = "resolve-by-file";
    type Reply = Resolved;

    async fn run(self, on: &Tidemark, call: Call) -> Result<Resolved> {
        let (which, decision) = (Which::Ids(vec![self.id]), Decision::Merged(self.file));
        told(on, on.resolve(which, decision, call.events, call.cancel).await)
    }
}

/// The decisions on conflicts, newest first.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Resolutions {
    /// Decisions at most.
    pub limit: u32,
}

impl Command for Resolutions {
    const NAME: &'static str = "resolutions";
    type Reply = Vec<ResolutionView>;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Self::Reply> {
        on.resolutions(self.limit as usize)
    }
}

/// Undoes decisions on conflicts: both sides get back what they held.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Undo {
    /// Numbers of decisions.
    pub ids: Vec<i64>,
}

impl Command for Undo {
    const NAME: &'static str = "undo";
    type Reply = Resolved;

    async fn run(self, on: &Tidemark, call: Call) -> Result<Resolved> {
        told(on, on.undo(&self.ids, call.events, call.cancel).await)
    }
}

/// Both sides of a conflict and what they came from, as texts.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ConflictTextsNow {
    /// Its number.
    pub id: i64,
}

impl Command for ConflictTextsNow {
    const NAME: &'static str = "conflict-texts";
    type Reply = ConflictTexts;

    async fn run(self, on: &Tidemark, call: Call) -> Result<ConflictTexts> {
        on.conflict_texts(self.id, call.events, call.cancel).await
    }
}

/// Stores what a person has made of both sides so far.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ConflictDraft {
    /// Its number.
    pub id: i64,
    /// The text; none: forget it.
    pub text: Option<String>,
}

impl Command for ConflictDraft {
    const NAME: &'static str = "conflict-draft";
    type Reply = ();

    async fn run(self, on: &Tidemark, _: Call) -> Result<()> {
        on.conflict_draft(self.id, self.text.as_deref())
    }
}

/// Conflict copies by their names, ours and those of other programs.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ForeignCopies {
    /// In which pair; none: in all.
    pub pair: Option<String>,
}

impl Command for ForeignCopies {
    const NAME: &'static str = "foreign-copies";
    type Reply = Vec<ForeignCopyLine>;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Self::Reply> {
        on.foreign_copies(self.pair.as_deref())
    }
}
