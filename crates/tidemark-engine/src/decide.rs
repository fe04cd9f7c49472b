//! Deciding conflicts: what both sides hold is kept, the decision goes into the journal, and only then anything is done.

use tidemark_core::node::Local;
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::Keep;
use tidemark_disk::{Disk, outside};

use crate::apply::fetch::staging_key;
use crate::apply::trouble::state_error;
use crate::conflict_book::renew_sides;
use crate::conflict_sides::failed;
use crate::error::{EngineError, ErrorCode, Result};
use crate::pair::Pair;
use crate::resolution::prepare;
use crate::resolve::Decision;
use crate::state::{Aftermath, ConflictRow, Decided, LocalRow, ResolutionRow, Stored};
use crate::versions::{Staged, put_in_place_of, stage_kept};

/// Decides conflicts; the next pass over the paths that are returned carries it out. Returns the decisions' numbers too.
/// The caller has the turn to look.
pub(crate) async fn decide(
    pair: &Pair,
    rows: Vec<ConflictRow>,
    decision: &Decision,
) -> Result<(Vec<RelPath>, Vec<i64>)> {
    let mut paths: Vec<RelPath> = rows.iter().map(|row| row.path.clone()).collect();
    let merged = match rows.first() {
        Some(row) => stage_merged(&*pair.disk, &row.path, decision)?,
        None => None,
    };
    let decided = match decision {
        Decision::Keep(keep) => Decided::from(*keep),
        Decision::Merged(_) | Decision::Written(_) => Decided::Merged,
    };
    let mut resolutions = prepare(pair, rows, decided, merged.as_ref().map(|merged| merged.hash)).await?;
    resolutions
        .iter_mut()
        .filter(|row| row.before.conflict.sticky)
        .for_each(|row| row.copy = copy_path(pair, row));
    let stored: Vec<(ResolutionRow, ConflictRow)> = resolutions
        .iter()
        .map(|row| {
            // A merge is decided when it is in its place, and an overtaken write when its version is.
            let at_once = !row.before.conflict.sticky && merged.is_none();
            let keep = match decision {
                Decision::Keep(keep) if at_once => Some(*keep),
                _ => None,
            };
            (row.clone(), ConflictRow { decision: keep, ..row.before.conflict.clone() })
        })
        .collect();
    let ids = pair.state.decide(&pair.states_folder, &stored).map_err(|error| state_error(&error))?;
    for row in &resolutions {
        if let Some(merged) = &merged {
            put_merged(pair, row, merged)?;
        } else if row.before.conflict.sticky {
            settle_overtaken(pair, row)?;
        }
    }
    paths.extend(resolutions.into_iter().filter_map(|row| row.copy));
    Ok((paths, ids))
}

fn stage_merged(disk: &dyn Disk, path: &RelPath, decision: &Decision) -> Result<Option<Staged>> {
    let key = staging_key(path, "merged");
    let staged = |size, hash| Ok(Some(Staged { key: key.clone(), size, hash }));
    let cannot = |error| failed(&error, format!("the merged content of \"{path}\" could not be written"));
    disk.discard(&key).map_err(cannot)?;
    match decision {
        Decision::Keep(_) => Ok(None),
        Decision::Merged(file) => {
            let staging = disk.stage(&key).map_err(cannot)?;
            let taken = outside::copy_in(file, &*staging).and_then(|size| Ok((size, staging.seal(size)?)));
            let (size, hash) = taken.map_err(|error| {
                EngineError::usage(format!(
                    "the merged file \"{}\" can't be taken: {}",
                    file.display(),
                    error.sentence()
                ))
            })?;
            staged(size, hash)
        }
        Decision::Written(bytes) => {
            let size = bytes.len() as u64;
            let written = disk.stage(&key).and_then(|staging| {
                staging.write_at(0, bytes)?;
                staging.seal(size)
            });
            staged(size, written.map_err(cannot)?)
        }
    }
}

/// After the merged content took the place, that is the side which the decision is about.
fn put_merged(pair: &Pair, row: &ResolutionRow, merged: &Staged) -> Result<()> {
    let path = &row.before.conflict.path;
    let expected = row.before.local.as_ref().map(|local| &local.stamp);
    put_in_place_of(&*pair.disk, merged, path, expected)?;
    if row.before.conflict.sticky {
        return pair.state.close_conflict(path).map_err(|error| state_error(&error));
    }
    let stamp = pair.disk.stat(path).map_err(|error| EngineError::new(ErrorCode::Disk, error.sentence()))?;
    let local = stamp.map(|stamp| Local { stamp, hash: Some(merged.hash) });
    pair.state.see_local(&[LocalRow { path: path.clone(), local }]).map_err(|error| state_error(&error))?;
    renew_sides(pair, path).map_err(|error| state_error(&error))?;
    let current = pair.state.conflict_at(path).map_err(|error| state_error(&error))?;
    let decided = current.map(|row| ConflictRow { decision: Some(Keep::Local), ..row });
    decided.map_or(Ok(()), |row| pair.state.put_conflict(&row).map_err(|error| state_error(&error)))
}

/// A write of ours overtook somebody's version: ours is the newest, theirs is in the history. Theirs comes back as a
/// new version on top, or as a copy.
fn settle_overtaken(pair: &Pair, row: &ResolutionRow) -> Result<()> {
    let path = &row.before.conflict.path;
    let brought_back = match (row.decision, &row.before.theirs) {
        (Decided::Remote | Decided::Both, Some(Stored::Kept(id))) => Some(id),
        _ => None,
    };
    if let Some(id) = brought_back {
        let staged = stage_kept(&*pair.disk, path, id)
            .map_err(|error| failed(&error, format!("the other version of \"{path}\" could not be taken")))?;
        let local = row.before.local.as_ref().map(|local| &local.stamp);
        match &row.copy {
            Some(copy) => put_in_place_of(&*pair.disk, &staged, copy, None)?,
            None => put_in_place_of(&*pair.disk, &staged, path, local)?,
        };
    }
    pair.state.close_conflict(path).map_err(|error| state_error(&error))
}

/// The name under which the overtaken version continues where both are kept.
fn copy_path(pair: &Pair, row: &ResolutionRow) -> Option<RelPath> {
    let Aftermath { copy: Some(_), .. } = row.after else { return None };
    let marker = tidemark_core::plan::policy::CopyMarker {
        device: "service".to_owned(),
        time: crate::clock::local_time(pair.clock.now_ns(), "%Y-%m-%d %H%M%S"),
    };
    let taken = |candidate: &RelPath| !matches!(pair.disk.stat(candidate), Ok(None));
    Some(tidemark_core::plan::copy_name::copy_name(&row.before.conflict.path, &marker, &taken))
}
