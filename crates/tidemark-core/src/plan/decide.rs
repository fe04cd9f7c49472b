//! The table: what becomes of an item, looked at by itself.

use super::copy_name::copy_name;
use super::operation::{ConflictKind, Keep, Reason};
use super::policy::{Direction, OnConflict, Policy};
use super::tree::{Item, Side, Tree, Verdict};
use crate::node::{Change, Kind};
use crate::path::RelPath;

/// Gives every item its verdict. A file that stands against a folder gets none here.
pub(super) fn each(tree: &mut Tree, policy: &Policy) {
    for path in tree.paths() {
        let Some(item) = tree.items.get(&path) else { continue };
        if item.verdict != Verdict::Rest {
            continue;
        }
        let verdict = verdict(tree, item, policy);
        tree.decide(&path, verdict);
    }
}

fn verdict(tree: &Tree, item: &Item, policy: &Policy) -> Verdict {
    match (item.kind(Side::Local), item.kind(Side::Remote)) {
        (None, None) if item.node.synced.is_some() => Verdict::Forget,
        (None, None) => Verdict::Rest,
        (Some(here), Some(there)) if here != there => Verdict::Rest,
        (Some(_), Some(_)) => on_both(tree, item, policy),
        (Some(_), None) => on_one(tree, item, Side::Local, policy),
        (None, Some(_)) => on_one(tree, item, Side::Remote, policy),
    }
}

fn on_both(tree: &Tree, item: &Item, policy: &Policy) -> Verdict {
    if !item.node.is_dirty() && !item.moved.borrowed {
        return Verdict::Rest;
    }
    let changes = (item.node.local_change(), item.node.remote_change());
    if changes == (Change::Same, Change::Same) && item.moved.arrived && !item.moved.borrowed {
        return Verdict::Rest;
    }
    if item.node.sides_equal() {
        return Verdict::Agree;
    }
    let asked_for = changes.0 == Change::Changed || travels(Side::Remote, policy.direction);
    let reason = match changes {
        (_, Change::Changed) if asked_for && item.node.is_unreadable() => {
            return settle(tree, item, ConflictKind::Unreadable, policy);
        }
        (Change::Changed, Change::Changed) => {
            let common = item.node.synced.as_ref().is_some_and(|synced| synced.kind() == Kind::File);
            let kind = if common { ConflictKind::BothChanged } else { ConflictKind::BothCreated };
            return settle(tree, item, kind, policy);
        }
        (Change::Changed, _) => Reason::ChangedHere,
        (_, Change::Changed) => Reason::ChangedThere,
        _ => return Verdict::Agree,
    };
    let from = if reason == Reason::ChangedHere { Side::Local } else { Side::Remote };
    if travels(from, policy.direction) { Verdict::Copy { from, reason } } else { Verdict::Rest }
}

/// An item that only one side has: new there, or deleted on the other side and perhaps edited on this one.
fn on_one(tree: &Tree, item: &Item, side: Side, policy: &Policy) -> Verdict {
    let (change, new, deleted, conflict) = match side {
        Side::Local => {
            (item.node.local_change(), Reason::NewHere, Reason::DeletedThere, ConflictKind::EditDelete)
        }
        Side::Remote => {
            (item.node.remote_change(), Reason::NewThere, Reason::DeletedHere, ConflictKind::DeleteEdit)
        }
    };
    let known = item.node.synced.as_ref().map(crate::node::Synced::kind);
    if known != item.kind(side) {
        return if travels(side, policy.direction) {
            Verdict::Copy { from: side, reason: item.resent().unwrap_or(new) }
        } else {
            Verdict::Rest
        };
    }
    if change == Change::Changed || item.moved.survives {
        return settle(tree, item, conflict, policy);
    }
    if travels(side.other(), policy.direction) {
        Verdict::Delete { on: side, reason: item.resent().unwrap_or(deleted) }
    } else {
        Verdict::Rest
    }
}

/// Whether what happened on a side is brought to the other one.
pub(super) fn travels(from: Side, direction: Direction) -> bool {
    match direction {
        Direction::Both => true,
        Direction::Upload => from == Side::Local,
        Direction::Download => from == Side::Remote,
    }
}

/// Settles a conflict by a person's decision, else by the pair's rule; else it waits. What can't be read at the service
/// can neither be fetched nor kept: no rule settles that but the one by which this computer's state wins anyway.
fn settle(tree: &Tree, item: &Item, kind: ConflictKind, policy: &Policy) -> Verdict {
    let waiting = Verdict::Conflict { kind, sides: item.sides() };
    let decided = policy.decisions.get(&item.node.path);
    let by_rule = decided.is_none();
    let unreadable = item.node.is_unreadable();
    if by_rule && unreadable && policy.on_conflict != OnConflict::Local {
        return waiting;
    }
    let Some(keep) = decided.copied().or_else(|| rule(item, kind, policy.on_conflict)) else {
        return waiting;
    };
    let reason = Reason::Decided { keep, by_rule };
    let survives = if by_rule && keep == Keep::Both { Reason::EditSurvives } else { reason.clone() };
    let verdict = match (kind, keep) {
        (ConflictKind::EditDelete, Keep::Local | Keep::Both) => {
            Verdict::Copy { from: Side::Local, reason: survives }
        }
        (ConflictKind::EditDelete, Keep::Remote) => Verdict::Delete { on: Side::Local, reason },
        (_, Keep::Remote | Keep::Both) if unreadable => Verdict::LeaveApart,
        (ConflictKind::DeleteEdit, Keep::Remote | Keep::Both) => {
            Verdict::Copy { from: Side::Remote, reason: survives }
        }
        (ConflictKind::DeleteEdit, Keep::Local) => Verdict::Delete { on: Side::Remote, reason },
        (_, Keep::Local) => Verdict::Copy { from: Side::Local, reason },
        (_, Keep::Remote) => Verdict::Copy { from: Side::Remote, reason },
        (_, Keep::Both) => Verdict::SetAside { copy: free_copy_name(tree, &item.node.path, policy), reason },
    };
    if by_rule && against(&verdict, policy.direction) { waiting } else { verdict }
}

fn rule(item: &Item, kind: ConflictKind, on_conflict: OnConflict) -> Option<Keep> {
    match on_conflict {
        OnConflict::Ask => None,
        OnConflict::KeepBoth => Some(Keep::Both),
        OnConflict::Local => Some(Keep::Local),
        OnConflict::Remote => Some(Keep::Remote),
        OnConflict::Newest if matches!(kind, ConflictKind::EditDelete | ConflictKind::DeleteEdit) => {
            Some(Keep::Both)
        }
        OnConflict::Newest => {
            let here = item.node.local.as_ref().map(|local| local.stamp.mtime_ns).filter(|time| *time > 0)?;
            let there = item.node.remote.as_ref()?.modified_ns?;
            match here.cmp(&there) {
                std::cmp::Ordering::Greater => Some(Keep::Local),
                std::cmp::Ordering::Less => Some(Keep::Remote),
                std::cmp::Ordering::Equal => None,
            }
        }
    }
}

/// A rule may not write to the side that the direction leaves alone.
fn against(verdict: &Verdict, direction: Direction) -> bool {
    match verdict {
        Verdict::Copy { from, .. } => !travels(*from, direction),
        Verdict::Delete { on, .. } => !travels(on.other(), direction),
        Verdict::SetAside { .. } => direction != Direction::Both,
        _ => false,
    }
}

/// A name for the local version that nothing given has and that no other copy of this plan takes.
pub(super) fn free_copy_name(tree: &Tree, path: &RelPath, policy: &Policy) -> RelPath {
    copy_name(path, &policy.copy_marker, &|name| tree.items.contains_key(name) || tree.copies.contains(name))
}
