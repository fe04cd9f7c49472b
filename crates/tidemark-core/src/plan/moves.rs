//! Following moves: what one side moved is moved on the other side too, one step after the other.
//!
//! Each step changes the tree to the one after it, so that whatever else happened to a moved item, or below a moved
//! folder, is seen at its new place by the table. What can't be followed stays a deletion and a new item.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::operation::{Action, Keep, Operation, Reason};
use super::policy::{OnConflict, Policy};
use super::rebase;
use super::recognise::{self, Found, Identity};
use super::room::{Obstacle, Pending, room, rules};
use super::tree::{Side, Tree};
use super::twins::Twins;
use crate::node::Kind;
use crate::path::RelPath;

/// Recognises moves, changes the tree to the one after them, and returns their operations in order.
pub(super) fn follow(tree: &mut Tree, policy: &Policy) -> Vec<Operation> {
    let mut moves =
        Moves { tree, policy, operations: Vec::new(), given_up: BTreeSet::new(), broken: BTreeSet::new() };
    while moves.round() {}
    moves.operations
}

/// True when a side can be told to move such a thing.
pub(super) fn can_move(on: Side, kind: Kind, policy: &Policy) -> bool {
    match (on, kind) {
        (Side::Local, _) => true,
        (Side::Remote, Kind::File) => policy.remote.writable && policy.remote.moves_files,
        (Side::Remote, Kind::Folder) => policy.remote.writable && policy.remote.moves_folders,
    }
}

/// Which place wins when both sides moved a thing; `None`: a person has to say.
pub(super) fn winner(here: &RelPath, policy: &Policy) -> Option<Keep> {
    match policy.decisions.get(here) {
        Some(Keep::Local) => Some(Keep::Local),
        Some(_) => Some(Keep::Remote),
        None if policy.on_conflict == OnConflict::Ask => None,
        None => Some(Keep::Remote),
    }
}

struct Moves<'a> {
    tree: &'a mut Tree,
    policy: &'a Policy,
    operations: Vec<Operation>,
    /// What can't be followed.
    given_up: BTreeSet<(Side, Identity)>,
    /// What went through a temporary name.
    broken: BTreeSet<(Side, Identity)>,
}

impl Moves<'_> {
    /// Follows what can be followed now. False when there is nothing left.
    fn round(&mut self) -> bool {
        let all = recognise::all(self.tree, self.policy);
        let mut pending = Pending::new(&all, Twins::new(self.tree, self.policy), |found| {
            !self.given_up.contains(&key(found))
        });
        if pending.is_empty() {
            return false;
        }
        let mut queue: VecDeque<usize> = pending.all().collect();
        let mut moved_folders: Vec<RelPath> = Vec::new();
        let mut waiting_for: BTreeMap<usize, (Side, RelPath)> = BTreeMap::new();
        let mut progress = false;
        while let Some(index) = queue.pop_front() {
            let found = &all[index];
            let outdated =
                |path: &RelPath| moved_folders.iter().any(|folder| path == folder || path.is_below(folder));
            if !pending.has(index) || outdated(&found.from) || outdated(&found.to) {
                continue;
            }
            match self.attempt(found, &pending) {
                Ok(freed) => {
                    progress = true;
                    pending.remove(index);
                    if let Some(step) = self.operations.last() {
                        Side::BOTH
                            .iter()
                            .for_each(|side| pending.twins.add(&step.path, rules(*side, self.policy)));
                    }
                    if found.kind == Kind::Folder {
                        moved_folders.extend([found.from.clone(), found.to.clone(), freed.clone()]);
                    }
                    queue.extend(pending.to(found.side, &freed));
                }
                Err(Obstacle::Waits(side, from)) => drop(waiting_for.insert(index, (side, from))),
                Err(Obstacle::Stays) => {
                    progress = true;
                    pending.remove(index);
                    self.given_up.insert(key(found));
                }
            }
        }
        if !progress {
            self.break_cycle(&all, &pending, &waiting_for);
        }
        true
    }

    /// Follows one move. Returns the place that it freed.
    fn attempt(&mut self, found: &Found, pending: &Pending<'_>) -> Result<RelPath, Obstacle> {
        let side = found.side.other();
        if let Some(theirs) = pending.known_from(side, &found.from) {
            return self.attempt_of_both(found, theirs, pending);
        }
        let reason = match found.side {
            Side::Local => Reason::MovedHere { by: found.by },
            Side::Remote => Reason::MovedThere { by: found.by },
        };
        let there = self.tree.items.get(&found.from).and_then(|item| item.kind(side));
        let is_another = pending.known_to(side, &found.from).is_some();
        if there != Some(found.kind) || is_another {
            return Err(Obstacle::Stays);
        }
        self.step(side, found.kind, &found.from, &found.to, reason, pending)?;
        Ok(found.from.clone())
    }

    /// Both sides moved it: to one place, then nothing has to move; or the winner's place is taken on the other side.
    fn attempt_of_both(
        &mut self,
        one: &Found,
        other: &Found,
        pending: &Pending<'_>,
    ) -> Result<RelPath, Obstacle> {
        let (here, there) = if one.side == Side::Local { (one, other) } else { (other, one) };
        let keep = winner(&here.to, self.policy).filter(|_| here.to != there.to && one.side == Side::Local);
        let Some(keep) = keep else { return Err(Obstacle::Stays) };
        let (side, from, to) = match keep {
            Keep::Local => (Side::Remote, &there.to, &here.to),
            _ => (Side::Local, &here.to, &there.to),
        };
        let only_there = |path: &RelPath, absent: Side| {
            let is_new = |item: &super::tree::Item| item.kind(absent).is_none() && item.node.synced.is_none();
            self.tree.items.get(path).is_some_and(is_new)
                && self.tree.below(path).all(|(_, item)| is_new(item))
        };
        let left = |path: &RelPath| {
            self.tree
                .items
                .get(path)
                .is_some_and(|item| item.node.local.is_none() && item.node.remote.is_none())
        };
        if !left(&here.from) || !only_there(from, side.other()) || !only_there(to, side) {
            return Err(Obstacle::Stays);
        }
        let by_rule = !self.policy.decisions.contains_key(&here.to);
        self.step(side, here.kind, from, to, Reason::Decided { keep, by_rule }, pending)?;
        Ok(from.clone())
    }

    fn step(
        &mut self,
        side: Side,
        kind: Kind,
        from: &RelPath,
        to: &RelPath,
        reason: Reason,
        pending: &Pending<'_>,
    ) -> Result<(), Obstacle> {
        if !can_move(side, kind, self.policy) {
            return Err(Obstacle::Stays);
        }
        room(self.tree, self.policy, side, kind, from, to, pending)?;
        self.carry(side, kind, from, to, reason);
        Ok(())
    }

    fn carry(&mut self, side: Side, kind: Kind, from: &RelPath, to: &RelPath, reason: Reason) {
        let Some(item) = self.tree.items.get(from) else { return };
        let inside =
            self.tree.below(from).filter(|(_, item)| item.kind(side) == Some(Kind::File)).count() as u64;
        self.operations.push(Operation {
            path: to.clone(),
            kind,
            action: match side {
                Side::Local => Action::MoveLocal { from: from.clone() },
                Side::Remote => Action::MoveRemote { from: from.clone() },
            },
            reason,
            expects: item.sides(),
            files: inside + u64::from(kind == Kind::File),
        });
        rebase::carry(self.tree, side, from, to);
        self.tree.departures.insert((side, from.clone()));
        if let Some(item) = self.tree.items.get_mut(to) {
            item.moved.arrived = true;
        }
    }

    /// Everything left waits for another one's place: one of a circle goes aside for a moment.
    fn break_cycle(
        &mut self,
        all: &[Found],
        pending: &Pending<'_>,
        waiting_for: &BTreeMap<usize, (Side, RelPath)>,
    ) {
        let mut seen = BTreeSet::new();
        let mut index = waiting_for.keys().next().copied();
        while let Some(here) = index.filter(|here| seen.insert(*here)) {
            let next = waiting_for.get(&here).and_then(|(side, from)| pending.from(*side, from));
            if next.is_none() {
                break;
            }
            index = next;
        }
        let Some(found) = index.map(|index| &all[index]) else {
            self.given_up.extend(pending.all().map(|index| key(&all[index])));
            return;
        };
        let same_side =
            index.and_then(|index| waiting_for.get(&index)).is_some_and(|(side, _)| *side == found.side);
        let source = self.tree.items.get(&found.from).and_then(|item| item.kind(found.side.other()));
        let circle = same_side && source == Some(found.kind);
        match self.free_name_beside(&found.from) {
            Some(aside) if circle && self.broken.insert(key(found)) => {
                self.carry(found.side.other(), found.kind, &found.from, &aside, Reason::CycleBreak);
            }
            _ => drop(self.given_up.insert(key(found))),
        }
    }

    fn free_name_beside(&self, path: &RelPath) -> Option<RelPath> {
        let folder = path.parent()?;
        let mut names = (1..=u32::MAX).map_while(|n| folder.join(&format!(".tidemark-move-{n}")).ok());
        names.find(|name| {
            !self.tree.items.contains_key(name)
                && self.operations.iter().all(|operation| operation.path != *name)
        })
    }
}

fn key(found: &Found) -> (Side, Identity) {
    (found.side, found.identity.clone())
}
