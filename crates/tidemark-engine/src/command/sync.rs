//! Commands that run pairs.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Call, Command};
use crate::control::Tidemark;
use crate::error::Result;
use crate::report::{PlanReport, SyncReport};
use crate::sync::SyncOptions;

/// What a sync would do, and why.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Plan {
    /// Which pairs; none: all that aren't paused.
    pub pairs: Vec<String>,
}

impl Command for Plan {
    const NAME: &'static str = "plan";
    type Reply = Vec<PlanReport>;

    async fn run(self, on: &Tidemark, call: Call) -> Result<Self::Reply> {
        on.plan(&self.pairs, call.events, call.cancel).await
    }
}

/// Syncs pairs until they have settled.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Sync {
    /// Which pairs; none: all that aren't paused.
    pub pairs: Vec<String>,
    /// Deletions that a guard would hold are done.
    pub confirm_deletes: bool,
}

impl Command for Sync {
    const NAME: &'static str = "sync";
    type Reply = SyncReport;

    async fn run(self, on: &Tidemark, call: Call) -> Result<SyncReport> {
        let options = SyncOptions { confirm_deletes: self.confirm_deletes };
        on.sync(&self.pairs, options, call.events, call.cancel).await
    }
}

/// Brings back on each side what was deleted there and a guard holds.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct HoldRestore {
    /// Name of the pair.
    pub pair: String,
}

impl Command for HoldRestore {
    const NAME: &'static str = "hold-restore";
    type Reply = SyncReport;

    async fn run(self, on: &Tidemark, call: Call) -> Result<SyncReport> {
        on.bring_back(&self.pair, call.events, call.cancel).await
    }
}
