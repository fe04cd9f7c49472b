//! Recording what was done: nodes and activity in one transaction.

use tidemark_core::node::{Kind, Node, Synced};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{Operation, Reason};

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

/// What is seen now is what is agreed: both sides hold the same, or a person leaves them as they are.
pub(super) fn agree(pair: &Pair, operation: &Operation) -> Result<Counts, Trouble> {
    let mut node = pair.state.node(&operation.path)?;
    if node.local != operation.expects.local || node.remote != operation.expects.remote {
        return Err(Trouble::LookAgain(vec![operation.path.clone()]));
    }
    let first = node.synced.is_none() && operation.kind == Kind::File;
    settle(&mut node);
    let row = (first || decided(operation)).then(|| activity_row(pair, operation, 0));
    pair.state.record(&[node], row.as_slice())?;
    Ok(Counts::default())
}

/// What was agreed is forgotten: both sides are gone, or a person leaves the service's where it is.
pub(super) fn forget(pair: &Pair, operation: &Operation) -> Result<Counts, Trouble> {
    let node = Node { synced: None, ..pair.state.node(&operation.path)? };
    let row = decided(operation).then(|| activity_row(pair, operation, 0));
    pair.state.record(&[node], row.as_slice())?;
    Ok(Counts::default())
}

fn decided(operation: &Operation) -> bool {
    operation.reason == Reason::LeftApart
}

/// Makes what both sides hold what is agreed; each side learns the other's hash. Of a content that can't be read at the
/// service nothing is learned, nor claimed: it may be another one than this computer's.
pub(super) fn settle(node: &mut Node) {
    if let (Some(local), Some(remote)) = (&mut node.local, &mut node.remote) {
        let known = node.synced.as_ref().and_then(Synced::hash).filter(|_| {
            node.synced.as_ref().is_some_and(|synced| {
                synced.local.stamp == local.stamp
                    || (synced.remote.id == remote.id && synced.remote.revision == remote.revision)
            })
        });
        if remote.write_only {
            local.hash = local.hash.or(known);
        } else {
            let hash = local.hash.or(remote.hash).or(known);
            local.hash = hash;
            remote.hash = hash;
        }
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

#[cfg(test)]
mod tests {
    use tidemark_core::node::{Change, ContentHash, Local, LocalStamp, Remote, RemoteId, Revision};

    use super::*;

    const OURS: ContentHash = ContentHash([1; 32]);
    const THEIRS: ContentHash = ContentHash([2; 32]);

    fn local(hash: Option<ContentHash>) -> Local {
        let stamp = LocalStamp { kind: Kind::File, size: 3, mtime_ns: 1, ctime_ns: 1, inode: 1, device: 1 };
        Local { stamp, hash }
    }

    fn remote(revision: &str, hash: Option<ContentHash>, write_only: bool) -> Remote {
        Remote {
            kind: Kind::File,
            id: RemoteId("id".into()),
            revision: Revision(revision.into()),
            size: Some(3),
            modified_ns: None,
            hash,
            write_only,
        }
    }

    fn settled(local: Local, remote: Remote, synced: Option<Synced>) -> Node {
        let path = RelPath::new("a").unwrap();
        let mut node = Node { path, local: Some(local), remote: Some(remote), synced };
        settle(&mut node);
        node
    }

    #[test]
    fn each_side_learns_the_others_hash() {
        let node = settled(local(None), remote("1", Some(THEIRS), false), None);
        assert_eq!(node.local.unwrap().hash, Some(THEIRS));
        let node = settled(local(Some(OURS)), remote("1", None, false), None);
        assert_eq!(node.remote.unwrap().hash, Some(OURS));
    }

    #[test]
    fn of_what_cannot_be_read_nothing_is_claimed() {
        let sent = settled(local(Some(OURS)), remote("1", Some(OURS), true), None);
        let left = settled(local(Some(OURS)), remote("2", None, true), sent.synced);
        let agreed = left.synced.clone().unwrap();
        assert_eq!((agreed.local.hash, agreed.remote.hash), (Some(OURS), None));
        assert_eq!((left.local_change(), left.remote_change()), (Change::Same, Change::Same));
        assert!(!left.is_dirty() && !left.sides_equal());
    }

    #[test]
    fn what_is_left_apart_is_in_step_as_each_side_is() {
        for theirs in [None, Some(THEIRS)] {
            let left = settled(local(Some(OURS)), remote("2", theirs, true), None);
            assert!(!left.is_dirty(), "{theirs:?}");
            assert_eq!((left.local_change(), left.remote_change()), (Change::Same, Change::Same));
            let next = Node { remote: Some(remote("3", None, true)), ..left };
            assert_eq!((next.is_dirty(), next.remote_change()), (true, Change::Changed));
        }
    }
}
