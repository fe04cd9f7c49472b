//! The commands that run pairs: `plan` and `sync`.

use tidemark_core::plan::operation::Hold;
use tokio_util::sync::CancellationToken;

use crate::apply::trouble::state_error;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, PairConfig};
use crate::control::Tidemark;
use crate::error::{EngineError, ErrorCode, Result};
use crate::open_pair;
use crate::pair::Events;
use crate::pass::{Scope, plan_pair, sync_pair};
use crate::pass_end::PassEnd;
use crate::plan_view;
use crate::report::{Outcome, PairReport, PlanReport, SyncReport};

/// What a sync may do beyond the usual.
#[derive(Debug, Clone, Copy, Default)]
pub struct SyncOptions {
    /// Deletions that a guard would hold are done.
    pub confirm_deletes: bool,
}

impl Tidemark {
    /// Says what `sync` would do, and why. Changes nothing on either side.
    pub async fn plan(
        &self,
        pairs: &[String],
        events: Events,
        cancel: CancellationToken,
    ) -> Result<Vec<PlanReport>> {
        let (config, _owner) = (Config::load(&self.home)?, self.own("plan")?);
        let mut reports = Vec::new();
        for pair in chosen(&config, pairs)? {
            let opened = self.opened(&config, pair, events.clone(), cancel.clone());
            let report = match opened {
                Ok(opened) => match plan_pair(&opened).await {
                    Ok((plan, problems)) => {
                        let folders = opened.provider.capabilities().folders;
                        plan_view::report(&pair.name, &plan, problems, folders)
                    }
                    Err(PassEnd::Held(hold)) => empty_plan(pair, Some(hold), None),
                    Err(PassEnd::Failed(error)) => empty_plan(pair, None, Some(error)),
                },
                Err(error) => empty_plan(pair, None, Some(error)),
            };
            reports.push(report);
        }
        Ok(reports)
    }

    /// Syncs pairs until they have settled. A pair that fails is reported and keeps the others from nothing. One whose
    /// state turns out to be damaged is synced anew without it.
    pub async fn sync(
        &self,
        pairs: &[String],
        options: SyncOptions,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<SyncReport> {
        let (config, _owner) = (Config::load(&self.home)?, self.own("sync")?);
        let mut report = SyncReport::default();
        for pair in chosen(&config, pairs)? {
            if cancel.is_cancelled() {
                let stopped = EngineError::new(ErrorCode::Cancelled, "stopped before it began");
                report.pairs.push(failed(pair, stopped));
                continue;
            }
            let sync = || async {
                match self.opened(&config, pair, events.clone(), cancel.clone()) {
                    Ok(opened) => sync_pair(&opened, Scope::Everything, options.confirm_deletes).await,
                    Err(error) => failed(pair, error),
                }
            };
            let mut synced = sync().await;
            if synced.error.as_ref().is_some_and(|error| error.code == ErrorCode::State)
                && self.running.is_none()
                && open_pair::mend_state(&self.home, pair, &events).unwrap_or(false)
            {
                synced = sync().await;
            }
            report.pairs.push(synced);
        }
        Ok(report)
    }
}

impl Tidemark {
    /// Brings back on each side what was deleted there and not carried to the other one yet: the answer "no" to a guard
    /// that holds deletions.
    pub async fn bring_back(
        &self,
        pair: &str,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<SyncReport> {
        let (config, _owner) = (Config::load(&self.home)?, self.own("hold-restore")?);
        let opened = self.opened(&config, config.pair(pair)?, events, cancel)?;
        {
            let _turn = opened.turns.look.lock().await;
            opened.state.forget_deletions().map_err(|error| state_error(&error))?;
        }
        Ok(SyncReport { pairs: vec![sync_pair(&opened, Scope::Everything, false).await] })
    }
}

/// The pairs that a command is about: those named, or all that aren't paused.
pub(crate) fn chosen<'a>(config: &'a Config, names: &[String]) -> Result<Vec<&'a PairConfig>> {
    if names.is_empty() {
        let now_ns = SystemClock.now_ns();
        return Ok(config.pairs.iter().filter(|pair| !pair.is_paused(now_ns)).collect());
    }
    names.iter().map(|name| config.pair(name)).collect()
}

/// The report of a pair of which nothing could be done.
pub(crate) fn failed(pair: &PairConfig, error: EngineError) -> PairReport {
    PairReport {
        pair: pair.name.clone(),
        outcome: Outcome::Failed,
        uploaded: 0,
        downloaded: 0,
        moved_local: 0,
        moved_remote: 0,
        deleted_local: 0,
        deleted_remote: 0,
        unchanged: 0,
        bytes_up: 0,
        bytes_down: 0,
        requests: 0,
        elapsed_ms: 0,
        conflicts: Vec::new(),
        problems: Vec::new(),
        held: None,
        error: Some(error),
    }
}

/// The report of a pair of which no plan could be made.
pub(crate) fn empty_plan(pair: &PairConfig, held: Option<Hold>, error: Option<EngineError>) -> PlanReport {
    PlanReport {
        pair: pair.name.clone(),
        operations: Vec::new(),
        conflicts: Vec::new(),
        problems: Vec::new(),
        held,
        error,
    }
}
