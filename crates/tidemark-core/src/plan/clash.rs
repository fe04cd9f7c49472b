//! A file on one side and a folder on the other, at one path.

use super::decide::{free_copy_name, travels};
use super::operation::{ConflictKind, Keep, Reason};
use super::policy::Policy;
use super::tree::{Item, Side, Tree, Verdict};
use crate::node::{Change, Kind};
use crate::path::RelPath;

/// Settles every path where a file stands against a folder: the old one makes way for the new one, unless both are
/// new or something below the folder is; then it and all below wait for a person.
pub(super) fn settle(tree: &mut Tree, policy: &Policy) {
    for path in tree.paths() {
        let Some(item) = tree.items.get(&path).filter(|item| item.kinds_differ() && !item.verdict.waits())
        else {
            continue;
        };
        if Side::BOTH.into_iter().any(|side| tree.moves_at(&path, side)) {
            tree.cover(&path);
            tree.decide(&path, Verdict::Waits);
            continue;
        }
        match policy.decisions.get(&path) {
            Some(Keep::Local) => win(tree, &path, Side::Local, Keep::Local),
            Some(Keep::Remote) => win(tree, &path, Side::Remote, Keep::Remote),
            Some(Keep::Both) if item.kind(Side::Local) == Some(Kind::File) => set_aside(tree, &path, policy),
            Some(Keep::Both) => wait(tree, &path),
            None => by_itself(tree, &path, policy),
        }
    }
}

fn by_itself(tree: &mut Tree, path: &RelPath, policy: &Policy) {
    let Some(item) = tree.items.get(path) else { return };
    let newer = match (item.node.local_change(), item.node.remote_change()) {
        (Change::Changed, Change::Same) => Side::Local,
        (Change::Same, Change::Changed) => Side::Remote,
        _ => return wait(tree, path),
    };
    let old = newer.other();
    let only_old_below = tree.below(path).all(|(_, item)| match &item.verdict {
        Verdict::Delete { reason: Reason::Decided { by_rule: true, .. }, .. } => false,
        Verdict::Delete { on, .. } if *on == old => true,
        _ => item.kind(old).is_none(),
    });
    if !travels(newer, policy.direction) {
        return;
    }
    if item.kind(newer) == Some(Kind::File) {
        if !only_old_below {
            return wait(tree, path);
        }
        clear_below(tree, path, old);
    }
    let reason = if newer == Side::Local { Reason::NewHere } else { Reason::NewThere };
    tree.decide(path, Verdict::Copy { from: newer, reason });
}

/// The side's item takes the path, with all that is below it.
fn win(tree: &mut Tree, path: &RelPath, side: Side, keep: Keep) {
    let reason = Reason::Decided { keep, by_rule: false };
    for item in tree.below_mut(path) {
        item.verdict = match (item.kind(side), item.kind(side.other())) {
            (Some(_), _) => Verdict::Copy { from: side, reason: reason.clone() },
            (None, Some(_)) => Verdict::Clear { on: side.other() },
            (None, None) => Verdict::Forget,
        };
    }
    tree.decide(path, Verdict::Copy { from: side, reason });
}

fn clear_below(tree: &mut Tree, path: &RelPath, on: Side) {
    for item in tree.below_mut(path).filter(|item| item.kind(on).is_some()) {
        item.verdict = Verdict::Clear { on };
    }
}

/// The local file goes aside; the folder takes its place with the next plan.
fn set_aside(tree: &mut Tree, path: &RelPath, policy: &Policy) {
    let copy = free_copy_name(tree, path, policy);
    tree.cover(path);
    tree.decide(
        path,
        Verdict::SetAside { copy, reason: Reason::Decided { keep: Keep::Both, by_rule: false } },
    );
}

/// Lets the path and all below it wait for a person.
pub(super) fn wait(tree: &mut Tree, path: &RelPath) {
    tree.cover(path);
    if let Some(item) = tree.items.get_mut(path) {
        item.wait_for_decision(ConflictKind::FileFolder);
    }
}

/// True when an item's place has to be cleared on the side that it is copied to.
pub(super) fn clears(item: &Item) -> Option<Side> {
    match item.verdict {
        Verdict::Copy { from, .. } if item.kinds_differ() => Some(from.other()),
        Verdict::Clear { on } => Some(on),
        _ => None,
    }
}
