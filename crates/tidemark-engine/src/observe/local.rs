//! Looking at this computer's side: scans folders, compares each with its rows, stores what differs.

use std::collections::HashSet;
use std::ops::ControlFlow;

use tidemark_core::node::{Kind, Local};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::{Depth, RootIdentity};
use tidemark_disk::{DiskError, DiskErrorKind};

use crate::pair::Pair;
use crate::report::{Event, Problem};
use crate::state::{LocalRow, StateError};

/// Differences stored in one transaction.
const BATCH: usize = 4096;

/// What to look at.
#[derive(Debug, Clone)]
pub(crate) enum LocalScope {
    /// The whole tree.
    Whole,
    /// These folders.
    Folders(Vec<(RelPath, Depth)>),
    /// These paths, one by one.
    Paths(Vec<RelPath>),
}

/// What looking brought, beside the rows.
#[derive(Debug, Default)]
pub(crate) struct LocalSight {
    /// What can't be synced as it is.
    pub problems: Vec<Problem>,
}

/// Why looking failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookError {
    #[error("{}", .0.sentence())]
    Disk(#[from] DiskError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error("stopped")]
    Cancelled,
}

/// Looks at the local side. Blocks. Fails with `RootMissing` or `Unexpected` when the root isn't there, or isn't
/// `root` any more when the scan ends: then what it saw must not be planned with.
pub(crate) fn look_local(
    pair: &Pair,
    scope: &LocalScope,
    root: RootIdentity,
) -> Result<LocalSight, LookError> {
    let mut sight = LocalSight::default();
    match scope {
        LocalScope::Whole => scan(pair, &RelPath::root(), Depth::Whole, &mut sight)?,
        LocalScope::Folders(folders) => {
            for (folder, depth) in folders {
                match scan(pair, folder, *depth, &mut sight) {
                    Err(LookError::Disk(error)) if is_gone(&error) && !folder.is_root() => {
                        look_paths(pair, std::slice::from_ref(folder), &mut sight)?;
                    }
                    other => other?,
                }
            }
        }
        LocalScope::Paths(paths) => look_paths(pair, paths, &mut sight)?,
    }
    if pair.disk.root()? == root {
        Ok(sight)
    } else {
        Err(DiskError::new(DiskErrorKind::Unexpected, "the folder was replaced while it was looked at")
            .into())
    }
}

fn is_gone(error: &DiskError) -> bool {
    matches!(error.kind, DiskErrorKind::NotFound | DiskErrorKind::Special)
}

fn scan(pair: &Pair, from: &RelPath, depth: Depth, sight: &mut LocalSight) -> Result<(), LookError> {
    let reader = pair.state.reader()?;
    let skip = |path: &RelPath, kind: Kind| pair.ignore.is_ignored(path, kind);
    let mut differing = Vec::new();
    let mut failed = None;
    pair.disk.scan(from, depth, &skip, &mut |listing| {
        if pair.cancel.is_cancelled() {
            failed = Some(LookError::Cancelled);
            return ControlFlow::Break(());
        }
        let spared: HashSet<&str> =
            listing.problems.iter().filter_map(|problem| problem.name.as_deref()).collect();
        let result = reader.compare_local(&listing, &spared, &mut differing).and_then(|()| {
            if differing.len() >= BATCH {
                pair.state.see_local(&differing)?;
                differing.clear();
            }
            Ok(())
        });
        pair.tell(Event::Looked { items: listing.entries.len() as u64 });
        sight.problems.extend(listing.problems.into_iter().map(|problem| Problem {
            path: problem.shown,
            code: problem.code,
            message: problem.message,
        }));
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error.into());
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    Ok(pair.state.see_local(&differing)?)
}

fn look_paths(pair: &Pair, paths: &[RelPath], sight: &mut LocalSight) -> Result<(), LookError> {
    let reader = pair.state.reader()?;
    let mut rows = Vec::new();
    for path in paths {
        match pair.disk.stat(path) {
            Ok(Some(stamp)) => {
                if stamp.kind == Kind::File {
                    reader.local_below(path, &mut rows)?;
                }
                rows.push(LocalRow { path: path.clone(), local: Some(Local { stamp, hash: None }) });
            }
            Ok(None) => {
                reader.local_below(path, &mut rows)?;
                rows.push(LocalRow { path: path.clone(), local: None });
            }
            Err(error) => sight.problems.push(crate::apply::problem_of_disk(path, &error)),
        }
    }
    Ok(pair.state.see_local(&rows)?)
}
