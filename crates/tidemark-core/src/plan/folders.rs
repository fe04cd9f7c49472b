//! Folders that something still needs: they aren't deleted, and where they were, they are made again.

use super::clash;
use super::operation::Reason;
use super::tree::{Side, Tree, Verdict};
use crate::node::Kind;
use crate::path::RelPath;

/// Gives every item that will be on a side a folder on that side, as far as the folder is among the given ones.
pub(super) fn keep(tree: &mut Tree) {
    for path in tree.paths() {
        for side in Side::BOTH {
            let mut ancestors: Vec<RelPath> = path.ancestors().collect();
            ancestors.reverse();
            for folder in ancestors {
                if tree.items.get(&path).is_some_and(|item| item.kind_after(side).is_some()) {
                    need(tree, &folder, &path, side);
                }
            }
        }
    }
}

fn need(tree: &mut Tree, folder: &RelPath, path: &RelPath, side: Side) {
    let (Some(item), Some(above)) = (tree.items.get(path), tree.items.get(folder)) else { return };
    if above.kind_after(side) == Some(Kind::Folder) {
        return;
    }
    let both = item.kind_after(side.other()).is_some() && !item.verdict.waits();
    let verdict = match (above.kind(side), above.kind(side.other())) {
        (Some(Kind::Folder), None) if both => make(side, &above.node.synced),
        (Some(Kind::Folder), None) => Verdict::Rest,
        (None, Some(Kind::Folder)) if !above.verdict.waits() => make(side.other(), &above.node.synced),
        (Some(_), Some(_)) if above.kinds_differ() => return clash::wait(tree, folder),
        _ => Verdict::Waits,
    };
    tree.decide(if verdict == Verdict::Waits { path } else { folder }, verdict);
}

fn make(from: Side, synced: &Option<crate::node::Synced>) -> Verdict {
    let reason = match from {
        _ if synced.is_some() => Reason::EditSurvives,
        Side::Local => Reason::NewHere,
        Side::Remote => Reason::NewThere,
    };
    Verdict::Copy { from, reason }
}
