//! Whether a move has room: nothing stands at its target, and the target's folder is there or can be made.

use std::collections::{BTreeSet, HashMap};

use super::blocked;
use super::policy::Policy;
use super::recognise::Found;
use super::tree::{Item, Side, Tree};
use super::twins::Twins;
use crate::names::NameRules;
use crate::node::Kind;
use crate::path::RelPath;

/// What stands against a move.
pub(super) enum Obstacle {
    /// Something that was moved from this place by that side, which has to be followed first.
    Waits(Side, RelPath),
    /// Something that stays.
    Stays,
}

/// Moves that were recognised, and which of them are still to be followed.
pub(super) struct Pending<'a> {
    found: &'a [Found],
    open: BTreeSet<usize>,
    by_from: HashMap<(Side, &'a RelPath), usize>,
    by_to: HashMap<(Side, &'a RelPath), usize>,
    pub(super) twins: Twins,
}

impl<'a> Pending<'a> {
    pub(super) fn new(found: &'a [Found], twins: Twins, is_open: impl Fn(&Found) -> bool) -> Self {
        let each = || found.iter().enumerate();
        Self {
            found,
            open: each().filter(|(_, found)| is_open(found)).map(|(index, _)| index).collect(),
            by_from: each().map(|(index, found)| ((found.side, &found.from), index)).collect(),
            twins,
            by_to: each().map(|(index, found)| ((found.side, &found.to), index)).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = usize> + '_ {
        self.open.iter().copied()
    }

    pub(super) fn has(&self, index: usize) -> bool {
        self.open.contains(&index)
    }

    pub(super) fn remove(&mut self, index: usize) {
        self.open.remove(&index);
    }

    /// The open one that leaves this place.
    pub(super) fn from(&self, side: Side, path: &RelPath) -> Option<usize> {
        self.by_from.get(&(side, path)).copied().filter(|index| self.has(*index))
    }

    /// The open one that arrives at this place.
    pub(super) fn to(&self, side: Side, path: &RelPath) -> Option<usize> {
        self.by_to.get(&(side, path)).copied().filter(|index| self.has(*index))
    }

    /// The one that leaves this place, open or not.
    pub(super) fn known_from(&self, side: Side, path: &RelPath) -> Option<&'a Found> {
        self.by_from.get(&(side, path)).map(|index| &self.found[*index])
    }

    /// The one that arrives at this place, open or not.
    pub(super) fn known_to(&self, side: Side, path: &RelPath) -> Option<&'a Found> {
        self.by_to.get(&(side, path)).map(|index| &self.found[*index])
    }

    fn source_of(&self, index: usize) -> RelPath {
        self.found[index].from.clone()
    }
}

/// Whether a thing can move on `side` from `from` to `to` now. What it follows happened on the other side.
pub(super) fn room(
    tree: &Tree,
    policy: &Policy,
    side: Side,
    kind: Kind,
    from: &RelPath,
    to: &RelPath,
    pending: &Pending<'_>,
) -> Result<(), Obstacle> {
    let mover = side.other();
    if to.is_below(from) {
        return Err(Obstacle::Waits(mover, from.clone()));
    }
    let stands = |item: &Item| item.kind(side).is_some() || item.node.synced.is_some();
    if tree.items.get(to).is_some_and(stands) {
        return Err(obstacle(mover, to, pending));
    }
    if kind == Kind::Folder
        && let Some((path, _)) = tree.below(to).find(|(_, item)| stands(item))
    {
        return Err(obstacle(mover, path, pending));
    }
    let rules = rules(side, policy);
    if blocked::name(to, rules, "").is_some() {
        return Err(Obstacle::Stays);
    }
    if let Some(twin) = pending.twins.find(tree, &[side], rules, from, to) {
        return Err(obstacle(mover, &twin, pending));
    }
    to.ancestors().try_for_each(|folder| parent(tree, policy, side, &folder, pending))
}

fn parent(
    tree: &Tree,
    policy: &Policy,
    side: Side,
    folder: &RelPath,
    pending: &Pending<'_>,
) -> Result<(), Obstacle> {
    let mover = side.other();
    let Some(item) = tree.items.get(folder) else { return Ok(()) };
    if item.kind(side).is_none() {
        let moving = |above: RelPath| {
            let by = Side::BOTH.into_iter().find(|by| pending.from(*by, &above).is_some())?;
            Some(Obstacle::Waits(by, above))
        };
        if let Some(obstacle) = folder.ancestors().find_map(moving) {
            return Err(obstacle);
        }
    }
    match item.kind(side) {
        Some(Kind::Folder) => Ok(()),
        Some(Kind::File) => Err(Obstacle::Stays),
        None if item.kind(mover) != Some(Kind::Folder) => Err(Obstacle::Stays),
        None if pending.known_from(side, folder).is_some() => Err(obstacle(side, folder, pending)),
        None => match pending.to(mover, folder) {
            Some(index) => Err(Obstacle::Waits(mover, pending.source_of(index))),
            None if side == Side::Remote && !policy.remote.folders => Err(Obstacle::Stays),
            None if blocked::name(folder, rules(side, policy), "").is_some() => Err(Obstacle::Stays),
            None if pending.twins.find(tree, &Side::BOTH, rules(side, policy), folder, folder).is_some() => {
                Err(Obstacle::Stays)
            }
            None => Ok(()),
        },
    }
}

fn obstacle(mover: Side, path: &RelPath, pending: &Pending<'_>) -> Obstacle {
    match pending.from(mover, path) {
        Some(_) => Obstacle::Waits(mover, path.clone()),
        None => Obstacle::Stays,
    }
}

/// The rules of names on a side.
pub(super) fn rules(side: Side, policy: &Policy) -> &NameRules {
    match side {
        Side::Local => &policy.local_names,
        Side::Remote => &policy.remote.names,
    }
}
