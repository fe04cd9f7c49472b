//! Moves that weren't followed: what is known of their two ends.

use super::blocked::{self, Objection};
use super::moves::{can_move, winner};
use super::operation::{ConflictKind, Expects, Reason};
use super::policy::Policy;
use super::recognise::{self, Found};
use super::room::{Pending, rules};
use super::tree::{Side, Tree, Verdict};
use super::twins::Twins;
use crate::node::{Change, Kind};
use crate::path::RelPath;

/// Marks both ends of each move that is recognised and wasn't followed.
pub(super) fn mark(tree: &mut Tree, policy: &Policy) {
    let all = recognise::all(tree, policy);
    let known = Pending::new(&all, Twins::default(), |_| true);
    for found in &all {
        if [&found.from, &found.to].into_iter().any(|path| waits(tree, path)) {
            continue;
        }
        match known.known_from(found.side.other(), &found.from) {
            Some(other) if found.side == Side::Local => mark_both(tree, found, other, policy),
            Some(_) => {}
            None => mark_one(tree, found, policy),
        }
    }
}

fn waits(tree: &Tree, path: &RelPath) -> bool {
    tree.items.get(path).is_some_and(|item| item.verdict.waits())
}

/// Both sides moved it: to one place, then it is the same thing there; else a person says which place it is.
fn mark_both(tree: &mut Tree, here: &Found, there: &Found, policy: &Policy) {
    let Some(source) = tree.items.get(&here.from) else { return };
    if Side::BOTH.into_iter().any(|side| source.kind(side).is_some()) {
        return;
    }
    if here.to == there.to {
        return lend(tree, &here.from, &here.to);
    }
    let (Some(ours), Some(theirs)) = (tree.items.get(&here.to), tree.items.get(&there.to)) else { return };
    let new = ours.node.synced.is_none() && theirs.node.synced.is_none();
    let apart = ours.node.remote.is_none() && theirs.node.local.is_none();
    if !new || !apart || winner(&here.to, policy).is_some() {
        return;
    }
    let sides = Expects { local: ours.node.local.clone(), remote: theirs.node.remote.clone() };
    for path in [&here.from, &here.to, &there.to] {
        tree.decide(path, Verdict::Waits);
        tree.cover(path);
    }
    tree.decide(&here.to, Verdict::Conflict { kind: ConflictKind::MoveMove, sides });
}

/// What was agreed at `from` is what was agreed at `to`.
fn lend(tree: &mut Tree, from: &RelPath, to: &RelPath) {
    let synced = tree.items.get(from).and_then(|item| item.node.synced.clone());
    if let Some(item) = tree.items.get_mut(to).filter(|item| item.node.synced.is_none()) {
        item.node.synced = synced;
        item.moved.borrowed = true;
    }
}

fn mark_one(tree: &mut Tree, found: &Found, policy: &Policy) {
    let side = found.side.other();
    let (Some(source), Some(target)) = (tree.items.get(&found.from), tree.items.get(&found.to)) else {
        return;
    };
    if source.kind(found.side).is_some() || target.kind(side).is_some() || target.node.synced.is_some() {
        return;
    }
    match source.kind(side) {
        None if found.kind == Kind::File => {
            lend(tree, &found.from, &found.to);
            if let Some(item) = tree.items.get_mut(&found.to) {
                item.moved.survives = true;
            }
            went(tree, found);
        }
        Some(kind) if kind == found.kind => {
            if let Some(objection) = objection(found, side, policy) {
                block(tree, found, objection);
            } else if !can_move(side, found.kind, policy) && source.node.remote_change() == Change::Same {
                if let Some(item) = tree.items.get_mut(&found.to).filter(|_| found.kind == Kind::File) {
                    item.moved.sent_from = Some(found.from.clone());
                }
                went(tree, found);
            }
        }
        _ => {}
    }
}

fn went(tree: &mut Tree, found: &Found) {
    if let Some(item) = tree.items.get_mut(&found.from) {
        item.moved.went_to = Some(found.to.clone());
    }
}

fn objection(found: &Found, side: Side, policy: &Policy) -> Option<Objection> {
    match side {
        Side::Remote => blocked::read_only(&found.to, policy)
            .or_else(|| blocked::name(&found.to, rules(side, policy), "the service")),
        Side::Local => blocked::name(&found.to, rules(side, policy), "this computer"),
    }
}

/// Its new place is refused: what is at the old place stays too.
fn block(tree: &mut Tree, found: &Found, (code, message): Objection) {
    for path in [&found.from, &found.to] {
        tree.decide(path, Verdict::Waits);
        tree.cover(path);
    }
    tree.decide(&found.to, Verdict::Blocked { code, message });
}

/// What left a place isn't given up there before it is safe at the other one.
pub(super) fn untie(tree: &mut Tree) {
    for path in tree.paths() {
        let Some(item) = tree.items.get(&path) else { continue };
        let Some(target) = item.moved.went_to.as_ref().and_then(|to| tree.items.get(to)) else { continue };
        let verdict = match &item.verdict {
            Verdict::Forget | Verdict::Delete { .. } if target.verdict.waits() => Verdict::Waits,
            Verdict::Delete { on, reason: Reason::Resent { .. } }
                if !matches!(target.verdict, Verdict::Copy { from: Side::Local, .. }) =>
            {
                Verdict::Delete { on: *on, reason: Reason::DeletedHere }
            }
            _ => continue,
        };
        tree.decide(&path, verdict);
    }
}
