//! The book of waiting conflicts: entered when a plan finds one, settled when it finds it no more, decided by people.

use std::collections::HashMap;

use tidemark_core::node::{Local, Node, Remote};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{ConflictKind, Keep, Plan};

use crate::pair::Pair;
use crate::report::ConflictLine;
use crate::state::{Base, ConflictRow, StateError, next_conflict_id};

/// Enters what a plan found and closes what it found no more. An overtaken write stays until somebody decides: what
/// it overtook is named nowhere else.
pub(crate) fn note(pair: &Pair, plan: &Plan) -> Result<(), StateError> {
    let mut known: HashMap<RelPath, ConflictRow> =
        pair.state.conflicts()?.into_iter().map(|row| (row.path.clone(), row)).collect();
    for conflict in &plan.conflicts {
        let sides = sides_text(conflict.sides.local.as_ref(), conflict.sides.remote.as_ref());
        let row = match known.remove(&conflict.path) {
            Some(row) if row.sticky || (row.sides == sides && row.kind == conflict.kind) => continue,
            Some(row) => ConflictRow { kind: conflict.kind, sides, decision: None, ..row },
            None => ConflictRow {
                id: next_conflict_id(&pair.states_folder),
                path: conflict.path.clone(),
                kind: conflict.kind,
                found_ns: pair.clock.now_ns(),
                sides,
                sticky: false,
                theirs_version: None,
                decision: None,
                base: Base::default(),
            },
        };
        pair.state.put_conflict(&row)?;
    }
    for row in known.into_values().filter(|row| !row.sticky) {
        let planned =
            row.decision.is_some() && plan.operations.iter().any(|operation| operation.path == row.path);
        if !planned {
            pair.state.close_conflict(&row.path)?;
        }
    }
    Ok(())
}

/// The conflicts that wait for a person; what a decision has settled meanwhile is closed.
pub(crate) fn waiting(pair: &Pair) -> Result<Vec<ConflictLine>, StateError> {
    let mut lines = Vec::new();
    for row in pair.state.conflicts()? {
        if row.decision.is_some() && !row.sticky && !pair.state.node(&row.path)?.is_dirty() {
            pair.state.close_conflict(&row.path)?;
            continue;
        }
        lines.push(ConflictLine { id: row.id, path: row.path.to_string(), kind: row.kind });
    }
    Ok(lines)
}

/// The decisions that still hold: both sides are what the person saw. Others are taken back. Of a file that both sides
/// moved, the service's side is at another path.
pub(crate) fn decisions(pair: &Pair, nodes: &[Node]) -> Result<HashMap<RelPath, Keep>, StateError> {
    let mut decisions = HashMap::new();
    for row in pair.state.conflicts()?.into_iter().filter(|row| !row.sticky) {
        let Some(keep) = row.decision else { continue };
        let Some(node) = nodes.iter().find(|node| node.path == row.path) else { continue };
        let as_seen = |remote: Option<&Remote>| sides_text(node.local.as_ref(), remote) == row.sides;
        let moved = || nodes.iter().any(|node| node.remote.is_some() && as_seen(node.remote.as_ref()));
        if as_seen(node.remote.as_ref()) || (row.kind == ConflictKind::MoveMove && moved()) {
            decisions.insert(row.path, keep);
        } else {
            pair.state.put_conflict(&ConflictRow { decision: None, ..row })?;
        }
    }
    Ok(decisions)
}

/// Where both sides stand, as one text: a decision holds only while it is the same.
pub(crate) fn sides_text(local: Option<&Local>, remote: Option<&Remote>) -> String {
    let local = local.map(|local| {
        let stamp = &local.stamp;
        format!("{:?} {} {} {}", stamp.kind, stamp.size, stamp.mtime_ns, stamp.inode)
    });
    let remote = remote.map(|remote| format!("{} {}", remote.id, remote.revision));
    format!("{} | {}", local.unwrap_or_default(), remote.unwrap_or_default())
}

/// Makes the sides as they are now those that the waiting conflict at `path` is about.
pub(crate) fn renew_sides(pair: &Pair, path: &RelPath) -> Result<(), StateError> {
    if let Some(row) = pair.state.conflict_at(path)? {
        let node = pair.state.node(path)?;
        let sides = sides_text(node.local.as_ref(), node.remote.as_ref());
        pair.state.put_conflict(&ConflictRow { sides, ..row })?;
    }
    Ok(())
}
