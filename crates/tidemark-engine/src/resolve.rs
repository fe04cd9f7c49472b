//! Conflicts as commands: list, show, resolve. A decision is stored and done by the next pass, which runs at once.

use std::collections::HashSet;
use std::path::PathBuf;

use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{ConflictKind, Keep};
use tidemark_disk::Disk;
use tidemark_disk::disk::KeptItem;
use tokio::sync::MutexGuard;
use tokio_util::sync::CancellationToken;

use crate::apply::trouble::state_error;
use crate::config::{Config, PairConfig};
use crate::conflict_sides::kept_items;
use crate::control::Tidemark;
use crate::decide::decide;
use crate::error::{EngineError, ErrorCode, Result};
use crate::inspect::{local_view, remote_view};
use crate::open_pair::{open_disk, open_state};
use crate::pair::{Events, Pair};
use crate::pass::{Scope, sync_pair};
use crate::report::{ConflictView, PairReport, SideView};
use crate::resolution::{ResolutionView, Resolved};
use crate::state::{Base, ConflictRow, ResolutionRow, State};
use crate::undo;

/// Which conflicts a decision is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// These numbers.
    Ids(Vec<i64>),
    /// All that wait, in all pairs.
    All,
}

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// This side's state, or both.
    Keep(Keep),
    /// The content of this file, for one conflict.
    Merged(PathBuf),
    /// This content, for one conflict.
    Written(Vec<u8>),
}

impl Tidemark {
    /// The conflicts that wait, of one pair or all.
    pub fn conflicts(&self, pair: Option<&str>) -> Result<Vec<ConflictView>> {
        let config = Config::load(&self.home)?;
        let pairs: Vec<&PairConfig> = match pair {
            Some(name) => vec![config.pair(name)?],
            None => config.pairs.iter().collect(),
        };
        let mut views = Vec::new();
        for pair in pairs {
            let state = open_state(&self.home, pair)?;
            for row in state.conflicts().map_err(|error| state_error(&error))? {
                views.push(view(pair, &state, &row)?);
            }
        }
        views.sort_by_key(|view| view.id);
        Ok(views)
    }

    /// One conflict.
    pub fn conflict(&self, id: i64) -> Result<ConflictView> {
        self.conflicts(None)?.into_iter().find(|view| view.id == id).ok_or_else(|| no_conflict(id))
    }

    /// Decides conflicts and carries it out. What a side held and loses goes to the kept store or the service's history.
    pub async fn resolve(
        &self,
        which: Which,
        decision: Decision,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<Resolved> {
        let (config, _owner) = (Config::load(&self.home)?, self.own("conflicts resolve")?);
        let mut wanted = match &which {
            Which::Ids(ids) => ids.clone(),
            Which::All => Vec::new(),
        };
        let mut chosen: Vec<(&PairConfig, Vec<i64>)> = Vec::new();
        for pair in &config.pairs {
            let rows = open_state(&self.home, pair)?.conflicts().map_err(|error| state_error(&error))?;
            let ids = rows.into_iter().map(|row| row.id);
            let ids: Vec<i64> = ids.filter(|id| which == Which::All || wanted.contains(id)).collect();
            wanted.retain(|id| !ids.contains(id));
            if !ids.is_empty() {
                chosen.push((pair, ids));
            }
        }
        if let Some(id) = wanted.first() {
            return Err(no_conflict(*id));
        }
        if !matches!(decision, Decision::Keep(_))
            && chosen.iter().map(|(_, ids)| ids.len()).sum::<usize>() != 1
        {
            return Err(EngineError::usage("a merged file settles one conflict; name exactly one"));
        }
        let mut resolved = Resolved::default();
        for (settings, ids) in chosen {
            let pair = self.opened(&config, settings, events.clone(), cancel.clone())?;
            let (report, resolutions) = pair.resolve(&ids, &decision).await?;
            resolved.report.pairs.push(report);
            resolved.resolutions.extend(resolutions);
        }
        Ok(resolved)
    }

    /// The newest decisions on conflicts of all pairs, the newest first.
    pub fn resolutions(&self, limit: usize) -> Result<Vec<ResolutionView>> {
        let config = Config::load(&self.home)?;
        let mut views = Vec::new();
        for pair in &config.pairs {
            let state = open_state(&self.home, pair)?;
            let rows = state.resolutions(limit).map_err(|error| state_error(&error))?;
            if !rows.is_empty() {
                // A drive that isn't connected keeps nobody from seeing what was decided.
                let kept = open_disk(&self.home, pair)?.kept().unwrap_or_default();
                views.extend(resolution_views(&pair.name, &state, &rows, &kept)?);
            }
        }
        views.sort_by_key(|view| std::cmp::Reverse((view.time_ns, view.id)));
        views.truncate(limit);
        Ok(views)
    }

    /// Undoes decisions by their numbers: both sides get back what they held, and the conflicts are open again. All of a
    /// pair's, or none of them where a side has moved on since.
    pub async fn undo(&self, ids: &[i64], events: Events, cancel: CancellationToken) -> Result<Resolved> {
        let (config, _owner) = (Config::load(&self.home)?, self.own("conflicts undo")?);
        let mut wanted = ids.to_vec();
        let mut chosen: Vec<(&PairConfig, Vec<i64>)> = Vec::new();
        for pair in &config.pairs {
            let state = open_state(&self.home, pair)?;
            let mut found = Vec::new();
            for id in ids {
                if state.resolution(*id).map_err(|error| state_error(&error))?.is_some() {
                    found.push(*id);
                }
            }
            wanted.retain(|id| !found.contains(id));
            if !found.is_empty() {
                chosen.push((pair, found));
            }
        }
        if let Some(id) = wanted.first() {
            return Err(EngineError::new(ErrorCode::NotFound, format!("there is no decision {id} to undo"))
                .hint("`tidemark conflicts list --resolved` shows those that there are."));
        }
        let mut resolved = Resolved::default();
        for (settings, ids) in chosen {
            let pair = self.opened(&config, settings, events.clone(), cancel.clone())?;
            let (report, resolutions) = pair.undo(&ids).await?;
            resolved.report.pairs.push(report);
            resolved.resolutions.extend(resolutions);
        }
        Ok(resolved)
    }
}

impl Pair {
    /// Decides conflicts of this pair by their numbers and carries it out. Decisions on conflicts of which a side has
    /// moved on since are left out; the report says what waits then.
    pub async fn resolve(
        &self,
        ids: &[i64],
        decision: &Decision,
    ) -> Result<(PairReport, Vec<ResolutionView>)> {
        self.resolve_in_turn(self.turns.look.lock().await, ids, decision).await
    }

    /// The same for one who has looked at both sides and had the turn to look ever since.
    pub(crate) async fn resolve_in_turn(
        &self,
        turn: MutexGuard<'_, ()>,
        ids: &[i64],
        decision: &Decision,
    ) -> Result<(PairReport, Vec<ResolutionView>)> {
        let rows = self.state.conflicts().map_err(|error| state_error(&error))?;
        let rows: Vec<ConflictRow> = rows.into_iter().filter(|row| ids.contains(&row.id)).collect();
        let (paths, decided) = decide(self, rows, decision).await?;
        drop(turn);
        self.report(paths, &decided).await
    }

    /// Undoes decisions on conflicts of this pair by their numbers.
    pub async fn undo(&self, ids: &[i64]) -> Result<(PairReport, Vec<ResolutionView>)> {
        let turn = self.turns.look.lock().await;
        let paths = undo::undo(self, &resolution_rows(self, ids)?).await?;
        drop(turn);
        self.report(paths, ids).await
    }

    async fn report(&self, paths: Vec<RelPath>, ids: &[i64]) -> Result<(PairReport, Vec<ResolutionView>)> {
        let report = sync_pair(self, Scope::Paths(paths), false).await;
        let kept = kept_items(self).await.unwrap_or_default();
        let views = resolution_views(&self.config.name, &self.state, &resolution_rows(self, ids)?, &kept)?;
        Ok((report, views))
    }
}

fn resolution_rows(pair: &Pair, ids: &[i64]) -> Result<Vec<ResolutionRow>> {
    let rows = ids.iter().filter_map(|id| pair.state.resolution(*id).transpose());
    rows.collect::<std::result::Result<_, _>>().map_err(|error| state_error(&error))
}

fn resolution_views(
    pair: &str,
    state: &State,
    rows: &[ResolutionRow],
    kept: &[KeptItem],
) -> Result<Vec<ResolutionView>> {
    let ids: HashSet<&str> = kept.iter().map(|item| item.id.as_str()).collect();
    let view = |row: &ResolutionRow| {
        let node = state.node(&row.before.conflict.path).map_err(|error| state_error(&error))?;
        Ok(undo::view(pair, row, &node, &|id| ids.contains(id)))
    };
    rows.iter().map(view).collect()
}

pub(crate) fn no_conflict(id: i64) -> EngineError {
    EngineError::new(ErrorCode::NotFound, format!("no conflict {id} waits"))
        .hint("`tidemark conflicts list` shows those that do.")
}

fn view(pair: &PairConfig, state: &State, row: &ConflictRow) -> Result<ConflictView> {
    let node = state.node(&row.path).map_err(|error| state_error(&error))?;
    let base: Option<SideView> = node.synced.as_ref().map(|synced| SideView {
        hash: synced.hash().map(|hash| hash.to_string()),
        revision: Some(synced.remote.revision.to_string()),
        ..local_view(&synced.local)
    });
    let id = row.id;
    let hint = match row.kind {
        ConflictKind::Unreadable => format!(
            "The service never gives this content back, so nothing was fetched and your file is as it was. `tidemark conflicts resolve {id} --keep local` sends yours over it; `--keep remote` leaves both as they are, until yours changes next."
        ),
        ConflictKind::DeleteEdit if node.is_unreadable() => format!(
            "You deleted it, and its new content can't be read back. `tidemark conflicts resolve {id} --keep local` deletes it there, too; `--keep remote` leaves it there, without a file here."
        ),
        ConflictKind::EditDelete | ConflictKind::DeleteEdit => format!(
            "One side edited it, the other deleted it: `tidemark conflicts resolve {id} --keep local` or `--keep remote` says whose state wins."
        ),
        ConflictKind::Overtaken => format!(
            "Somebody wrote while you did. Yours is the newest, theirs is in the history: `tidemark conflicts resolve {id} --keep local|remote|both`."
        ),
        _ => format!(
            "Both versions are safe. `tidemark conflicts resolve {id} --keep local|remote|both`, or `--merged FILE` with what you made of both."
        ),
    };
    Ok(ConflictView {
        id,
        pair: pair.name.clone(),
        path: row.path.to_string(),
        kind: row.kind,
        found_ns: row.found_ns,
        local: node.local.as_ref().map(local_view),
        remote: node.remote.as_ref().map(remote_view),
        base,
        base_kept: match &row.base {
            Base::Kept(id) => Some(id.clone()),
            Base::NotSought | Base::Nowhere => None,
        },
        hint,
    })
}
