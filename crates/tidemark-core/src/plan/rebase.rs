//! The tree after a move.

use super::tree::{Item, Side, Tree};
use crate::node::Node;
use crate::path::RelPath;

/// Carries what a side holds at `from` and below to `to`, and what was agreed on it. The other side's things stay.
/// The executor does the same to its rows when it carries out the move.
pub(super) fn carry(tree: &mut Tree, side: Side, from: &RelPath, to: &RelPath) {
    let mut paths: Vec<RelPath> = vec![from.clone()];
    paths.extend(tree.below(from).map(|(path, _)| path.clone()));
    let mut carried = Vec::with_capacity(paths.len());
    for path in paths {
        let Some(target) = path.strip(from).and_then(|rest| rest.below(to).ok()) else { continue };
        let Some(item) = tree.items.get_mut(&path) else { continue };
        let node = &mut item.node;
        let mut taken = Node::empty(target);
        taken.synced = node.synced.take();
        let arrived = item.moved.arrived;
        match side {
            Side::Local => taken.local = node.local.take(),
            Side::Remote => taken.remote = node.remote.take(),
        }
        if node.local.is_none() && node.remote.is_none() {
            tree.items.remove(&path);
        }
        carried.push((taken, arrived));
    }
    for (taken, arrived) in carried {
        let item = tree
            .items
            .entry(taken.path.clone())
            .or_insert_with(|| Item::new(Node::empty(taken.path.clone())));
        item.moved.carried = true;
        item.moved.arrived = arrived;
        match side {
            Side::Local => item.node.local = taken.local,
            Side::Remote => item.node.remote = taken.remote,
        }
        item.node.synced = taken.synced;
    }
}
