//! Commands on conflicts.

use serde::{Deserialize, Serialize};
use tidemark_core::plan::operation::Keep;
use ts_rs::TS;

use super::{Call, Command};
use crate::control::Tidemark;
use crate::error::Result;
use crate::hub::Notice;
use crate::report::{ConflictView, SyncReport};
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
    type Reply = SyncReport;

    async fn run(self, on: &Tidemark, call: Call) -> Result<SyncReport> {
        let which = self.ids.map_or(Which::All, Which::Ids);
        let report = on.resolve(which, Decision::Keep(self.keep), call.events, call.cancel).await?;
        for pair in &report.pairs {
            on.hub.tell(Notice::Conflicts { pair: pair.pair.clone() });
        }
        Ok(report)
    }
}
