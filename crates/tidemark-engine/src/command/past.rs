//! Commands on what was done, what is wrong, and what was before.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tidemark_core::plan::operation::BlockedCode;
use tidemark_disk::disk::Purged;
use ts_rs::TS;

use super::{Call, Command};
use crate::conflict_texts::TextContent;
use crate::control::Tidemark;
use crate::error::Result;
use crate::ignore_preview::IgnorePreview;
use crate::problem_words::{PairProblem, ProblemGroup};
use crate::report::{ActivityLine, Explanation, KeptLine, Restored, VersionLine};
use crate::state::ActivityFilter;

/// All problems, by their causes.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Problems {}

impl Command for Problems {
    const NAME: &'static str = "problems";
    type Reply = Vec<ProblemGroup>;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Self::Reply> {
        let mut groups: BTreeMap<BlockedCode, Vec<PairProblem>> = BTreeMap::new();
        for status in on.status(&[])? {
            for problem in status.problems {
                groups.entry(problem.code).or_default().push(PairProblem {
                    pair: status.pair.clone(),
                    path: problem.path,
                    message: problem.message,
                });
            }
        }
        Ok(groups.into_iter().map(|(code, problems)| ProblemGroup::of(code, problems)).collect())
    }
}

/// What was done, newest first.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Activity {
    /// In which pair; none: in all.
    pub pair: Option<String>,
    /// A part of the path or of the reason; empty: any.
    pub search: String,
    /// What was done, as short verbs; empty: anything.
    pub actions: Vec<String>,
    /// `true`: what failed, `false`: what worked.
    pub failed: Option<bool>,
    /// Not before, nanoseconds since the epoch.
    pub since_ns: Option<i64>,
    /// Not after, nanoseconds since the epoch.
    pub until_ns: Option<i64>,
    /// Lines to leave out at the front.
    pub skip: u32,
    /// Lines at most.
    pub limit: u32,
}

/// A stretch of the activity.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ActivityPage {
    /// The lines.
    pub lines: Vec<ActivityLine>,
    /// How many the filter lets through in all.
    pub total: u64,
}

impl Command for Activity {
    const NAME: &'static str = "activity";
    type Reply = ActivityPage;

    async fn run(self, on: &Tidemark, _: Call) -> Result<ActivityPage> {
        let filter = ActivityFilter {
            search: self.search,
            actions: self.actions,
            failed: self.failed,
            since_ns: self.since_ns,
            until_ns: self.until_ns,
        };
        let (lines, total) =
            on.activity_page(self.pair.as_deref(), &filter, self.skip as usize, self.limit as usize)?;
        Ok(ActivityPage { lines, total })
    }
}

/// What the three trees say of a path.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ExplainPath {
    /// Name of the pair.
    pub pair: String,
    /// Which path.
    pub path: String,
}

impl Command for ExplainPath {
    const NAME: &'static str = "explain";
    type Reply = Explanation;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Explanation> {
        on.explain(&self.pair, &self.path)
    }
}

/// The versions of a path, newest first.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct History {
    /// Name of the pair.
    pub pair: String,
    /// Which path.
    pub path: String,
}

impl Command for History {
    const NAME: &'static str = "history";
    type Reply = Vec<VersionLine>;

    async fn run(self, on: &Tidemark, call: Call) -> Result<Self::Reply> {
        on.history(&self.pair, &self.path, call.events, call.cancel).await
    }
}

/// A version of a path as a text.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct VersionText {
    /// Name of the pair.
    pub pair: String,
    /// Which path.
    pub path: String,
    /// Which version.
    pub version: String,
}

impl Command for VersionText {
    const NAME: &'static str = "version-text";
    type Reply = TextContent;

    async fn run(self, on: &Tidemark, call: Call) -> Result<TextContent> {
        on.version_text(&self.pair, &self.path, &self.version, call.events, call.cancel).await
    }
}

/// Brings back a version.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct RestoreVersion {
    /// Name of the pair.
    pub pair: String,
    /// Which path.
    pub path: String,
    /// Which version.
    pub version: String,
    /// Where to; none: in its place, on top of what is there.
    pub to: Option<PathBuf>,
}

impl Command for RestoreVersion {
    const NAME: &'static str = "restore";
    type Reply = Restored;

    async fn run(self, on: &Tidemark, call: Call) -> Result<Restored> {
        on.restore(&self.pair, &self.path, &self.version, self.to, call.events, call.cancel).await
    }
}

/// What sync replaced or deleted here and still keeps.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Kept {}

impl Command for Kept {
    const NAME: &'static str = "kept";
    type Reply = Vec<KeptLine>;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Self::Reply> {
        on.kept()
    }
}

/// Puts a copy of a kept content back where it was.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct KeptRestore {
    /// Its id.
    pub id: String,
}

impl Command for KeptRestore {
    const NAME: &'static str = "kept-restore";
    type Reply = Restored;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Restored> {
        on.kept_restore(&self.id)
    }
}

/// Removes for good what is kept longer than it must be, or all that is kept.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct KeptPurge {
    /// All.
    pub all: bool,
}

impl Command for KeptPurge {
    const NAME: &'static str = "kept-purge";
    type Reply = Purged;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Purged> {
        on.kept_purge(self.all)
    }
}

/// Which files of a pair some patterns would leave out.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct IgnorePreviewNow {
    /// Name of the pair.
    pub pair: String,
    /// The patterns, a line each.
    pub patterns: Vec<String>,
}

impl Command for IgnorePreviewNow {
    const NAME: &'static str = "ignore-preview";
    type Reply = IgnorePreview;

    async fn run(self, on: &Tidemark, _: Call) -> Result<IgnorePreview> {
        on.ignore_preview(&self.pair, &self.patterns)
    }
}
