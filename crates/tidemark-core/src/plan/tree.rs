//! The planner's working tree: one item for each given path, with what is going to happen to it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::operation::{BlockedCode, ConflictKind, Expects, Reason};
use crate::node::{Kind, Node};
use crate::path::RelPath;

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Side {
    Local,
    Remote,
}

impl Side {
    pub(super) const BOTH: [Side; 2] = [Side::Local, Side::Remote];

    pub(super) fn other(self) -> Side {
        match self {
            Side::Local => Side::Remote,
            Side::Remote => Side::Local,
        }
    }
}

/// What is going to happen to an item.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    /// Nothing.
    Rest,
    /// Record that both sides hold the same.
    Agree,
    /// Both sides are gone.
    Forget,
    /// Each side keeps what it has; from now on that is what is agreed.
    LeaveApart,
    /// The other side becomes what this one has; another kind that stands there is cleared away first.
    Copy { from: Side, reason: Reason },
    /// It goes away on a side.
    Delete { on: Side, reason: Reason },
    /// It goes away on a side before anything else, since its place is needed.
    Clear { on: Side },
    /// The local version gets another name.
    SetAside { copy: RelPath, reason: Reason },
    /// It waits for a decision.
    Conflict { kind: ConflictKind, sides: Expects },
    /// It can't be synced.
    Blocked { code: BlockedCode, message: String },
    /// It waits for something else: an item above it, or the other end of its move.
    Waits,
}

impl Verdict {
    pub(super) fn waits(&self) -> bool {
        matches!(self, Verdict::Conflict { .. } | Verdict::Blocked { .. } | Verdict::Waits)
    }
}

/// One path.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) node: Node,
    pub(super) verdict: Verdict,
    /// How it stands to moves.
    pub(super) moved: Moved,
}

/// How an item stands to the moves that were recognised.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Moved {
    /// A move of this plan brought it here by itself; who carries it out records it.
    pub(super) arrived: bool,
    /// A move of this plan brings a side of it here, by itself or with a folder.
    pub(super) carried: bool,
    /// Its agreed side is that of the row it was moved from; an agreement has to be recorded here.
    pub(super) borrowed: bool,
    /// One side moved it here and the other one deleted it: the move counts as an edit.
    pub(super) survives: bool,
    /// It went from here to that path and the service can't move it, or has deleted it.
    pub(super) went_to: Option<RelPath>,
    /// It comes from that path, and the service can't move it.
    pub(super) sent_from: Option<RelPath>,
}

impl Item {
    pub(super) fn new(node: Node) -> Self {
        Self { node, verdict: Verdict::Rest, moved: Moved::default() }
    }

    /// What a side holds now.
    pub(super) fn kind(&self, side: Side) -> Option<Kind> {
        match side {
            Side::Local => self.node.local.as_ref().map(|local| local.stamp.kind),
            Side::Remote => self.node.remote.as_ref().map(|remote| remote.kind),
        }
    }

    /// What a side will hold when the verdict is carried out.
    pub(super) fn kind_after(&self, side: Side) -> Option<Kind> {
        match &self.verdict {
            Verdict::Copy { from, .. } => self.kind(*from),
            Verdict::Delete { on, .. } | Verdict::Clear { on } if *on == side => None,
            _ => self.kind(side),
        }
    }

    /// The kinds of both sides, when there are two and they differ.
    pub(super) fn kinds_differ(&self) -> bool {
        matches!((self.kind(Side::Local), self.kind(Side::Remote)), (Some(here), Some(there)) if here != there)
    }

    /// Both sides as they are.
    pub(super) fn sides(&self) -> Expects {
        Expects { local: self.node.local.clone(), remote: self.node.remote.clone() }
    }

    /// The reason of a step that stands for one half of a move which the service can't do.
    pub(super) fn resent(&self) -> Option<Reason> {
        let path = &self.node.path;
        match (&self.moved.went_to, &self.moved.sent_from) {
            (Some(to), _) => Some(Reason::Resent { to: to.clone(), from: path.clone() }),
            (_, Some(from)) => Some(Reason::Resent { to: path.clone(), from: from.clone() }),
            _ => None,
        }
    }

    /// Makes it wait for a decision.
    pub(super) fn wait_for_decision(&mut self, kind: ConflictKind) {
        self.verdict = Verdict::Conflict { kind, sides: self.sides() };
    }
}

/// All given paths, by path.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) items: BTreeMap<RelPath, Item>,
    /// Names given to copies in this plan.
    pub(super) copies: BTreeSet<RelPath>,
    /// Where things stood that this plan moves: side and place before all moves.
    pub(super) departures: BTreeSet<(Side, RelPath)>,
}

impl Tree {
    pub(super) fn new(nodes: Vec<Node>) -> Self {
        let items = nodes.into_iter().filter(|node| !node.path.is_root());
        Self { items: items.map(|node| (node.path.clone(), Item::new(node))).collect(), ..Self::default() }
    }

    /// Everything below a path, parents first.
    pub(super) fn below(&self, path: &RelPath) -> impl Iterator<Item = (&RelPath, &Item)> {
        let (first, end) = bounds_below(path);
        self.items.range::<str, _>((Bound::Included(&*first), Bound::Excluded(&*end)))
    }

    /// Everything below a path, parents first, to be changed.
    pub(super) fn below_mut(&mut self, path: &RelPath) -> impl Iterator<Item = &mut Item> {
        let (first, end) = bounds_below(path);
        self.items
            .range_mut::<str, _>((Bound::Included(&*first), Bound::Excluded(&*end)))
            .map(|(_, item)| item)
    }

    /// Gives the item at a path its verdict.
    pub(super) fn decide(&mut self, path: &RelPath, verdict: Verdict) {
        if let Verdict::SetAside { copy, .. } = &verdict {
            self.copies.insert(copy.clone());
        }
        if let Some(item) = self.items.get_mut(path) {
            item.verdict = verdict;
        }
    }

    /// True when the moves of this plan touch a side's things at a path or below: they can't be cleared before these moves.
    pub(super) fn moves_at(&self, path: &RelPath, side: Side) -> bool {
        let carried = |item: &Item| item.moved.carried && item.kind(side).is_some();
        self.items.get(path).is_some_and(carried)
            || self.below(path).any(|(_, item)| carried(item))
            || self.departures.iter().any(|(on, from)| from == path || *on == side && from.is_below(path))
    }

    /// Lets everything below a path wait.
    pub(super) fn cover(&mut self, path: &RelPath) {
        for item in self.below_mut(path) {
            item.verdict = Verdict::Waits;
        }
    }

    /// All paths, parents first.
    pub(super) fn paths(&self) -> Vec<RelPath> {
        self.items.keys().cloned().collect()
    }
}

/// `0` follows `/` in the order of bytes.
fn bounds_below(path: &RelPath) -> (String, String) {
    if path.is_root() {
        return (String::new(), char::MAX.to_string());
    }
    (format!("{path}/"), format!("{path}0"))
}
