//! Conflicts as commands: list, show, resolve. A decision is stored and done by the next pass, which runs at once.

use std::path::{Path, PathBuf};

use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{ConflictKind, Keep};
use tidemark_disk::{Disk, outside};
use tokio_util::sync::CancellationToken;

use crate::apply::fetch::staging_key;
use crate::apply::trouble::state_error;
use crate::config::{Config, PairConfig};
use crate::control::Tidemark;
use crate::error::{EngineError, ErrorCode, Result};
use crate::inspect::{local_view, remote_view};
use crate::open_pair::open_state;
use crate::pair::{Events, Pair};
use crate::pass::{Scope, sync_pair};
use crate::report::{ConflictView, SideView, SyncReport};
use crate::state::{Base, ConflictRow, State};
use crate::versions::{Staged, put_back, stage_version};

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
    ) -> Result<SyncReport> {
        let (config, _owner) = (Config::load(&self.home)?, self.own("conflicts resolve")?);
        let mut wanted = match &which {
            Which::Ids(ids) => ids.clone(),
            Which::All => Vec::new(),
        };
        let mut chosen: Vec<(&PairConfig, Vec<ConflictRow>)> = Vec::new();
        for pair in &config.pairs {
            let rows = open_state(&self.home, pair)?.conflicts().map_err(|error| state_error(&error))?;
            let rows: Vec<_> =
                rows.into_iter().filter(|row| which == Which::All || wanted.contains(&row.id)).collect();
            wanted.retain(|id| rows.iter().all(|row| row.id != *id));
            if !rows.is_empty() {
                chosen.push((pair, rows));
            }
        }
        if let Some(id) = wanted.first() {
            return Err(no_conflict(*id));
        }
        if let Decision::Merged(_) = &decision
            && chosen.iter().map(|(_, rows)| rows.len()).sum::<usize>() != 1
        {
            return Err(EngineError::usage("a merged file settles one conflict; name exactly one"));
        }
        let mut report = SyncReport::default();
        for (settings, rows) in chosen {
            let pair = self.opened(&config, settings, events.clone(), cancel.clone())?;
            let mut paths: Vec<RelPath> = rows.iter().map(|row| row.path.clone()).collect();
            {
                let _turn = pair.turns.look.lock().await;
                for row in &rows {
                    paths.extend(decide(&pair, row, &decision).await?);
                }
            }
            report.pairs.push(sync_pair(&pair, Scope::Paths(paths), false).await);
        }
        Ok(report)
    }
}

fn no_conflict(id: i64) -> EngineError {
    EngineError::new(ErrorCode::NotFound, format!("no conflict {id} waits"))
        .hint("`tidemark conflicts list` shows those that do.")
}

/// Stores a decision. Returns the path of a copy that was made at once.
async fn decide(pair: &Pair, row: &ConflictRow, decision: &Decision) -> Result<Option<RelPath>> {
    match decision {
        Decision::Merged(file) => {
            put_merged(&*pair.disk, &row.path, file)?;
            refresh_local(pair, row)?;
            store(pair, row, Keep::Local)?;
        }
        Decision::Keep(keep) if row.sticky => return settle_overtaken(pair, row, *keep).await,
        Decision::Keep(keep) => store(pair, row, *keep)?,
    }
    Ok(None)
}

fn store(pair: &Pair, row: &ConflictRow, keep: Keep) -> Result<()> {
    let current = pair
        .state
        .conflict_at(&row.path)
        .map_err(|error| state_error(&error))?
        .unwrap_or_else(|| row.clone());
    let decided = ConflictRow { decision: Some(keep), ..current };
    pair.state.put_conflict(&decided).map_err(|error| state_error(&error))
}

/// A write of ours overtook somebody's version: ours is the newest, theirs is in the history. Theirs comes back as a
/// new version on top, or as a copy.
async fn settle_overtaken(pair: &Pair, row: &ConflictRow, keep: Keep) -> Result<Option<RelPath>> {
    let mut copy = None;
    if let Some(version) = row.theirs_version.as_ref().filter(|_| keep != Keep::Local) {
        let staged = stage_version(pair, &row.path, version).await?;
        let target = match keep {
            Keep::Both => copy_path(pair, &row.path),
            Keep::Local | Keep::Remote => row.path.clone(),
        };
        put_back(&*pair.disk, &staged, &target)?;
        copy = Some(target).filter(|target| *target != row.path);
    }
    pair.state.close_conflict(&row.path).map_err(|error| state_error(&error))?;
    Ok(copy)
}

fn copy_path(pair: &Pair, path: &RelPath) -> RelPath {
    let marker = tidemark_core::plan::policy::CopyMarker {
        device: "service".to_owned(),
        time: crate::clock::local_time(pair.clock.now_ns(), "%Y-%m-%d %H%M%S"),
    };
    let taken = |candidate: &RelPath| !matches!(pair.disk.stat(candidate), Ok(None));
    tidemark_core::plan::copy_name::copy_name(path, &marker, &taken)
}

fn put_merged(disk: &dyn Disk, path: &RelPath, file: &Path) -> Result<()> {
    let key = staging_key(path, "merged");
    let size = disk.stage(&key).and_then(|staging| outside::copy_in(file, &*staging)).map_err(|error| {
        EngineError::usage(format!(
            "the merged file \"{}\" can't be taken: {}",
            file.display(),
            error.sentence()
        ))
    })?;
    put_back(disk, &Staged { key, size }, path).map(drop)
}

/// After the merged content took the place, that is the side which the decision is about.
fn refresh_local(pair: &Pair, row: &ConflictRow) -> Result<()> {
    let stamp =
        pair.disk.stat(&row.path).map_err(|error| EngineError::new(ErrorCode::Disk, error.sentence()))?;
    let seen = crate::state::LocalRow {
        path: row.path.clone(),
        local: stamp.map(|stamp| tidemark_core::node::Local { stamp, hash: None }),
    };
    pair.state.see_local(&[seen]).map_err(|error| state_error(&error))?;
    crate::conflict_book::renew_sides(pair, &row.path).map_err(|error| state_error(&error))
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
