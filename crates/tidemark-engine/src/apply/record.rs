//! Recording what was done: nodes and activity in one transaction.

use tidemark_core::node::{Kind, Node, Synced};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::Operation;

use super::Counts;
use super::trouble::Trouble;
use crate::pair::Pair;
use crate::state::ActivityRow;

/// A row of activity for a step that worked.
pub(super) fn activity_row(pair: &Pair, operation: &Operation, bytes: u64) -> ActivityRow {
    ActivityRow {
        seq: 0,
        time_ns: pair.clock.now_ns(),
        action: operation.action.verb().to_owned(),
        path: operation.path.to_string(),
        reason: operation.reason.to_string(),
        bytes,
        ok: true,
    }
}

/// Stores a row of activity for a step that failed; failing to store it changes nothing.
pub(super) fn failure(pair: &Pair, action: &str, path: &RelPath, message: &str) {
    let row = ActivityRow {
        seq: 0,
        time_ns: pair.clock.now_ns(),
        action: action.to_owned(),
        path: path.to_string(),
        reason: message.to_owned(),
        bytes: 0,
        ok: false,
    };
    if let Err(error) = pair.state.log(&[row]) {
        tracing::warn!(%error, "a failure could not be logged");
    }
}

/// Both sides hold the same: what is seen now is what is agreed.
pub(super) fn agree(pair: &Pair, operation: &Operation) -> Result<Counts, Trouble> {
    let mut node = pair.state.node(&operation.path)?;
    if node.local != operation.expects.local || node.remote != operation.expects.remote {
        return Err(Trouble::LookAgain(vec![operation.path.clone()]));
    }
    let first = node.synced.is_none() && operation.kind == Kind::File;
    settle(&mut node);
    let row = activity_row(pair, operation, 0);
    pair.state.record(&[node], if first { std::slice::from_ref(&row) } else { &[] })?;
    Ok(Counts::default())
}

/// Both sides are gone.
pub(super) fn forget(pair: &Pair, operation: &Operation) -> Result<Counts, Trouble> {
    pair.state.record(&[Node::empty(operation.path.clone())], &[])?;
    Ok(Counts::default())
}

/// Makes what both sides hold what is agreed; each side learns the other's hash.
pub(super) fn settle(node: &mut Node) {
    if let (Some(local), Some(remote)) = (&mut node.local, &mut node.remote) {
        let known = node.synced.as_ref().and_then(Synced::hash).filter(|_| {
            node.synced.as_ref().is_some_and(|synced| {
                synced.local.stamp == local.stamp
                    || (synced.remote.id == remote.id && synced.remote.revision == remote.revision)
            })
        });
        let hash = local.hash.or(remote.hash).or(known);
        local.hash = hash;
        remote.hash = hash;
        node.synced = Some(Synced { local: local.clone(), remote: remote.clone() });
    }
}

/// Re-bases the rows of a moved item, and of all below it, from `from` to `to`. `here` tells whose side moved just now:
/// this computer's (the service's side is known at the new place already), or the service's (the reverse).
pub(super) fn rebase(pair: &Pair, from: &RelPath, to: &RelPath, here: bool) -> Result<Vec<Node>, Trouble> {
    let mut changed = Vec::new();
    for old in pair.state.below(from)? {
        let Some(new_path) = old.path.strip(from).and_then(|rest| rest.below(to).ok()) else { continue };
        let there = pair.state.node(&new_path)?;
        let mut left = Node::empty(old.path.clone());
        let new = if here {
            left.remote = old.remote;
            Node { path: new_path, local: old.local, remote: there.remote, synced: old.synced }
        } else {
            left.local = old.local;
            Node { path: new_path, local: there.local, remote: old.remote, synced: old.synced }
        };
        changed.push(left);
        changed.push(new);
    }
    Ok(changed)
}
