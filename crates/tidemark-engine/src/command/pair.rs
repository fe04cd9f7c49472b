//! Commands on pairs, and on what is to become one.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Call, Command};
use crate::control::Tidemark;
use crate::error::Result;
use crate::pairs::{NewPair, PairView, RemovedPair};
use crate::report::PlanReport;
use crate::trial::{FolderHere, PairCheck};

/// All pairs.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Pairs {}

impl Command for Pairs {
    const NAME: &'static str = "pairs";
    type Reply = Vec<PairView>;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Self::Reply> {
        on.pair_list()
    }
}

/// The folders in a folder of this computer, to choose one.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct FoldersHere {
    /// Which folder; none: the person's own.
    pub path: Option<PathBuf>,
}

impl Command for FoldersHere {
    const NAME: &'static str = "folders-here";
    type Reply = FolderHere;

    async fn run(self, on: &Tidemark, _: Call) -> Result<FolderHere> {
        on.folders_here(self.path)
    }
}

/// Looks whether this could become a pair; writes nothing.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct PairTry(pub NewPair);

impl Command for PairTry {
    const NAME: &'static str = "pair-try";
    type Reply = PairCheck;

    async fn run(self, on: &Tidemark, _: Call) -> Result<PairCheck> {
        on.pair_try(&self.0)
    }
}

/// What the first sync of a pair-to-be would do; writes nothing.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct PlanNew(pub NewPair);

impl Command for PlanNew {
    const NAME: &'static str = "plan-new";
    type Reply = PlanReport;

    async fn run(self, on: &Tidemark, call: Call) -> Result<PlanReport> {
        on.plan_new(self.0, call.events, call.cancel).await
    }
}

/// Adds a pair and starts it.
#[derive(Debug, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct PairAdd(pub NewPair);

impl Command for PairAdd {
    const NAME: &'static str = "pair-add";
    type Reply = PairView;

    async fn run(self, on: &Tidemark, _: Call) -> Result<PairView> {
        let added = on.pair_add(self.0)?;
        on.settings_changed().await?;
        Ok(added)
    }
}

/// Changes rules of a pair.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct PairSet {
    /// Its name.
    pub name: String,
    /// Keys and values; all are changed, or none.
    pub changes: Vec<(String, String)>,
}

impl Command for PairSet {
    const NAME: &'static str = "pair-set";
    type Reply = PairView;

    async fn run(self, on: &Tidemark, _: Call) -> Result<PairView> {
        let set = on.pair_set(&self.name, &self.changes)?;
        on.settings_changed().await?;
        Ok(set)
    }
}

/// Leaves a pair out.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct PairPause {
    /// Its name.
    pub name: String,
    /// When it goes on by itself, nanoseconds since the epoch; none: when it is resumed.
    pub until_ns: Option<i64>,
}

impl Command for PairPause {
    const NAME: &'static str = "pair-pause";
    type Reply = PairView;

    async fn run(self, on: &Tidemark, _: Call) -> Result<PairView> {
        let paused = on.pair_pause(&self.name, self.until_ns)?;
        on.settings_changed().await?;
        Ok(paused)
    }
}

/// Takes a paused pair up again.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct PairResume {
    /// Its name.
    pub name: String,
}

impl Command for PairResume {
    const NAME: &'static str = "pair-resume";
    type Reply = PairView;

    async fn run(self, on: &Tidemark, _: Call) -> Result<PairView> {
        let resumed = on.pair_resume(&self.name)?;
        on.settings_changed().await?;
        Ok(resumed)
    }
}

/// Forgets a pair; the files of both sides stay.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct PairRemove {
    /// Its name.
    pub name: String,
}

impl Command for PairRemove {
    const NAME: &'static str = "pair-remove";
    type Reply = RemovedPair;

    async fn run(self, on: &Tidemark, _: Call) -> Result<RemovedPair> {
        let removed = on.pair_remove(&self.name).await?;
        on.settings_changed().await?;
        Ok(removed)
    }
}
