//! Undoing a decision on a conflict: both sides get back what they held, and the conflict is open again.
//!
//! Each step looks at what is there and does only what is missing, so that an undo that was cut off is gone on with by
//! doing it again. From its first step on what had been agreed is agreed again: what is half undone is a conflict.

mod steps;

use tidemark_core::node::{Local, Node, Remote};
use tidemark_core::path::RelPath;

use crate::apply::there::look_at_paths;
use crate::apply::trouble::{provider_error, state_error};
use crate::conflict_book::sides_text;
use crate::conflict_sides::{failed, file_here, file_there, keep_theirs, kept_items};
use crate::error::{EngineError, ErrorCode, Result};
use crate::observe::local::{LocalScope, LookError, look_local};
use crate::pair::Pair;
use crate::pass_end::look_error;
use crate::report::Event;
use crate::resolution::ResolutionView;
use crate::state::{ActivityRow, ConflictRow, Left, ResolutionRow};

/// How a side stands to a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    /// As it was before.
    Before,
    /// As the decision left it.
    After,
    /// Something else.
    Elsewhere,
}

/// Undoes decisions: all, or none where one can't be. The caller has the turn to look. Returns the paths that it is about.
pub(crate) async fn undo(pair: &Pair, rows: &[ResolutionRow]) -> Result<Vec<RelPath>> {
    for row in rows {
        refuse(pair, row, obstacle(pair, row).await?)?;
        look(pair, row).await?;
        refuse(pair, row, moved_on(row, &node_of(pair, row)?))?;
    }
    let mut paths = Vec::new();
    for row in rows {
        begin(pair, row)?;
        carry_out(pair, row).await?;
        paths.push(row.before.conflict.path.clone());
        paths.extend(row.copy.clone());
    }
    Ok(paths)
}

/// Goes on with what an earlier process began to undo. The caller has the turn to look.
pub(crate) async fn finish_begun(pair: &Pair) -> Result<()> {
    for row in pair.state.resolutions_being_undone().map_err(|error| state_error(&error))? {
        look(pair, &row).await?;
        if let Some(why) = moved_on(&row, &node_of(pair, &row)?) {
            pair.state.give_up_undo(row.id).map_err(|error| state_error(&error))?;
            let path = &row.before.conflict.path;
            let text = format!(
                "Undoing decision {} on \"{path}\" was interrupted and can't be ended: {why}.",
                row.id
            );
            pair.tell(Event::Warning { text });
            continue;
        }
        carry_out(pair, &row).await?;
    }
    Ok(())
}

fn refuse(pair: &Pair, row: &ResolutionRow, why: Option<String>) -> Result<()> {
    let Some(why) = why else { return Ok(()) };
    let (id, path, name) = (row.id, &row.before.conflict.path, &pair.config.name);
    Err(EngineError::new(
        ErrorCode::Failed,
        format!("decision {id} on \"{path}\" can't be undone: {why}. Nothing was changed"),
    )
    .hint(format!(
        "`tidemark history {name} \"{path}\"` lists the versions that there are; `tidemark restore` brings one back."
    )))
}

/// What stands in the way, whatever the sides hold now.
async fn obstacle(pair: &Pair, row: &ResolutionRow) -> Result<Option<String>> {
    let kept = kept_items(pair).await?;
    let is_kept = |id: &str| kept.iter().any(|item| item.id == id);
    Ok(known_obstacle(row, &is_kept))
}

fn known_obstacle(row: &ResolutionRow, is_kept: &dyn Fn(&str) -> bool) -> Option<String> {
    if row.undone_ns.is_some() {
        return Some("it was undone already".to_owned());
    }
    if row.before.not_undoable.is_some() {
        return row.before.not_undoable.clone();
    }
    let needed = row.before.mine.iter().chain(row.before.theirs.as_ref().and_then(steps::kept_id));
    let gone = needed.into_iter().any(|id| !is_kept(id));
    gone.then(|| "what both sides held before isn't kept any more".to_owned())
}

/// Which side has moved on since, if one has.
fn moved_on(row: &ResolutionRow, node: &Node) -> Option<String> {
    match (here(row, node.local.as_ref()), there(row, node.remote.as_ref())) {
        (Stand::Elsewhere, _) => Some("it was changed on this computer since".to_owned()),
        (_, Stand::Elsewhere) => Some("it was changed at the service since".to_owned()),
        _ => None,
    }
}

fn here(row: &ResolutionRow, now: Option<&Local>) -> Stand {
    let hash = now.and_then(|local| local.hash);
    let is_before = match (&row.before.local, now) {
        (None, None) => true,
        (Some(before), Some(_)) => hash.is_some() && before.hash == hash,
        _ => false,
    };
    // Cut off between the two steps of keeping both: its version has the copy's name by now, and nothing came in its place.
    let between = row.after.copy.is_some() && row.after.here != Left::AsBefore;
    match row.after.here {
        _ if is_before => Stand::Before,
        _ if between && now.is_none() => Stand::After,
        Left::Nothing if now.is_none() => Stand::After,
        Left::Content(left) if hash == Some(left) => Stand::After,
        _ => Stand::Elsewhere,
    }
}

fn there(row: &ResolutionRow, now: Option<&Remote>) -> Stand {
    let hash = now.and_then(|remote| remote.hash);
    let is_before = match (&row.before.remote, now) {
        (None, None) => true,
        (Some(before), Some(now)) => match (before.hash, hash) {
            (Some(before), Some(now)) => before == now,
            _ => (&before.id, &before.revision) == (&now.id, &now.revision),
        },
        _ => false,
    };
    match row.after.there {
        _ if is_before => Stand::Before,
        Left::Nothing if now.is_none() => Stand::After,
        Left::Content(left) if hash == Some(left) => Stand::After,
        _ => Stand::Elsewhere,
    }
}

fn node_of(pair: &Pair, row: &ResolutionRow) -> Result<Node> {
    pair.state.node(&row.before.conflict.path).map_err(|error| state_error(&error))
}

/// Looks at both sides of a decision's paths, and at contents where nothing else tells what they are.
async fn look(pair: &Pair, row: &ResolutionRow) -> Result<()> {
    let mut paths = vec![row.before.conflict.path.clone()];
    paths.extend(row.copy.clone());
    look_at(pair, &paths).await
}

/// Looks at both sides of paths; the hash of each file is known then.
pub(crate) async fn look_at(pair: &Pair, paths: &[RelPath]) -> Result<()> {
    let (shared, scope) = (pair.clone(), LocalScope::Paths(paths.to_vec()));
    let seen = pair.offload.run(move || {
        let root = shared.disk.root().map_err(LookError::Disk)?;
        look_local(&shared, &scope, root)
    });
    seen.await?.map_err(look_error)?;
    look_at_paths(pair, paths).await.map_err(|error| provider_error(pair, &error))?;
    for path in paths {
        let mut node = pair.state.node(path).map_err(|error| state_error(&error))?;
        if file_here(&node).is_some_and(|local| local.hash.is_none()) {
            let (disk, file) = (pair.disk.clone(), path.clone());
            let hashed = pair.offload.run(move || disk.hash(&file)).await?;
            let (stamp, hash) =
                hashed.map_err(|error| failed(&error, format!("\"{path}\" can't be read")))?;
            node.local = Some(Local { stamp, hash: Some(hash) });
            pair.state.put(std::slice::from_ref(&node)).map_err(|error| state_error(&error))?;
        }
        if let Some(remote) = file_there(&node).filter(|remote| remote.hash.is_none()) {
            keep_theirs(pair, path, remote, &kept_items(pair).await?, false).await?;
        }
    }
    Ok(())
}

fn begin(pair: &Pair, row: &ResolutionRow) -> Result<()> {
    let mut node = node_of(pair, row)?;
    let conflict = reopened(row, &node);
    node.synced = row.before.synced.clone();
    pair.state.begin_undo(row.id, &node, &conflict).map_err(|error| state_error(&error))
}

fn reopened(row: &ResolutionRow, node: &Node) -> ConflictRow {
    let sides = match row.before.conflict.sticky {
        true => row.before.conflict.sides.clone(),
        false => sides_text(node.local.as_ref(), node.remote.as_ref()),
    };
    ConflictRow { sides, decision: None, ..row.before.conflict.clone() }
}

async fn carry_out(pair: &Pair, row: &ResolutionRow) -> Result<()> {
    let (path, mut node) = (&row.before.conflict.path, node_of(pair, row)?);
    node.synced = row.before.synced.clone();
    steps::remove_copy(pair, row).await?;
    if here(row, node.local.as_ref()) == Stand::After {
        steps::put_back_here(pair, row, &mut node).await?;
    }
    let mut overtook = false;
    if there(row, node.remote.as_ref()) == Stand::After {
        overtook = steps::put_back_there(pair, row, &mut node).await?;
    }
    if let (true, Some(local), Some(remote)) = (row.before.conflict.sticky, &node.local, &node.remote) {
        node.synced = Some(tidemark_core::node::Synced { local: local.clone(), remote: remote.clone() });
    }
    let conflict = reopened(row, &node);
    let activity = ActivityRow {
        seq: 0,
        time_ns: pair.clock.now_ns(),
        action: "undo".to_owned(),
        path: path.to_string(),
        reason: format!("decision {} on it was undone", row.id),
        bytes: 0,
        ok: true,
    };
    // Somebody's version that came between is a conflict of its own, and is named nowhere else.
    let conflict = (!overtook).then_some(&conflict);
    pair.state.end_undo(row.id, &node, conflict, &activity).map_err(|error| state_error(&error))
}

/// A decision as it is shown; asks neither disk nor service but for what is kept.
pub(crate) fn view(
    pair: &str,
    row: &ResolutionRow,
    node: &Node,
    is_kept: &dyn Fn(&str) -> bool,
) -> ResolutionView {
    let known = file_here(node).is_none_or(|local| local.hash.is_some())
        && file_there(node).is_none_or(|remote| remote.hash.is_some());
    let why_not =
        known_obstacle(row, is_kept).or_else(|| moved_on(row, node).filter(|_| known && !row.undoing));
    ResolutionView {
        id: row.id,
        pair: pair.to_owned(),
        path: row.before.conflict.path.to_string(),
        kind: row.before.conflict.kind,
        decision: row.decision,
        time_ns: row.time_ns,
        undoable: why_not.is_none(),
        why_not,
        undone_ns: row.undone_ns,
    }
}
