//! Recognising what moved: something that left its place on a side and stands at another place on the same side.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

use super::decide::travels;
use super::operation::Recognised;
use super::policy::Policy;
use super::tree::{Item, Side, Tree};
use crate::node::{ContentHash, Kind, Remote, Synced};
use crate::path::RelPath;

/// Something that one side moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The side that moved it.
    pub(super) side: Side,
    pub(super) kind: Kind,
    pub(super) from: RelPath,
    pub(super) to: RelPath,
    pub(super) by: Recognised,
    /// What makes it the same thing at both places.
    pub(super) identity: Identity,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Identity {
    Inode(u64, u64),
    Id(std::sync::Arc<str>),
    Content(ContentHash),
}

/// All moves, folders first, those of outer folders before those of inner ones.
pub(super) fn all(tree: &Tree, policy: &Policy) -> Vec<Found> {
    let mut found = Vec::new();
    if travels(Side::Local, policy.direction) {
        found.extend(pairs(tree, Side::Local, Recognised::Inode, inode_then, inode_now));
        found.retain(|found| same_content(tree, found) && has_its_children(tree, found));
        let known: BTreeSet<RelPath> =
            found.iter().flat_map(|found| [found.from.clone(), found.to.clone()]).collect();
        let unknown = |item: &Item| !known.contains(&item.node.path);
        found.extend(pairs(
            tree,
            Side::Local,
            Recognised::Content,
            |item| content_then(item).filter(|_| unknown(item)),
            |item| content_now(item).filter(|_| unknown(item)),
        ));
    }
    if travels(Side::Remote, policy.direction) && policy.remote.stable_ids {
        found.extend(pairs(tree, Side::Remote, Recognised::RemoteId, id_then, id_now));
    }
    drop_replaced(tree, &mut found);
    found.sort_by(|a, b| {
        (a.kind == Kind::File, &a.from, a.side, &a.to).cmp(&(b.kind == Kind::File, &b.from, b.side, &b.to))
    });
    found
}

/// Joins what left with what arrived, where each is the only one of its identity.
fn pairs(
    tree: &Tree,
    side: Side,
    by: Recognised,
    then: impl Fn(&Item) -> Option<Identity>,
    now: impl Fn(&Item) -> Option<Identity>,
) -> Vec<Found> {
    let mut left: BTreeMap<Identity, Vec<&Item>> = BTreeMap::new();
    let mut arrived: BTreeMap<Identity, Vec<&Item>> = BTreeMap::new();
    for item in tree.items.values() {
        let (was, is) = (then(item), now(item));
        if was == is {
            continue;
        }
        was.into_iter().for_each(|identity| left.entry(identity).or_default().push(item));
        is.into_iter().for_each(|identity| arrived.entry(identity).or_default().push(item));
    }
    let pair = |(identity, from): (Identity, Vec<&Item>)| {
        let ([from], [to]) = (from.as_slice(), arrived.get(&identity)?.as_slice()) else { return None };
        let kind = from.node.synced.as_ref().map(Synced::kind)?;
        (to.kind(side) == Some(kind)).then(|| Found {
            side,
            kind,
            from: from.node.path.clone(),
            to: to.node.path.clone(),
            by,
            identity,
        })
    };
    left.into_iter().filter_map(pair).collect()
}

fn inode_then(item: &Item) -> Option<Identity> {
    item.node
        .synced
        .as_ref()
        .map(|synced| Identity::Inode(synced.local.stamp.inode, synced.local.stamp.device))
}

fn inode_now(item: &Item) -> Option<Identity> {
    item.node.local.as_ref().map(|local| Identity::Inode(local.stamp.inode, local.stamp.device))
}

fn id_then(item: &Item) -> Option<Identity> {
    item.node.synced.as_ref().and_then(|synced| id_of(&synced.remote))
}

fn id_now(item: &Item) -> Option<Identity> {
    item.node.remote.as_ref().and_then(id_of)
}

/// Folders that follow from paths have no id: they aren't all the same one.
fn id_of(remote: &Remote) -> Option<Identity> {
    Some(Identity::Id(remote.id.0.clone())).filter(|_| !remote.id.0.is_empty())
}

fn content_then(item: &Item) -> Option<Identity> {
    let synced = item.node.synced.as_ref().filter(|synced| synced.kind() == Kind::File)?;
    let gone = item.node.local.is_none() && synced.local.stamp.size > 0;
    synced.hash().filter(|_| gone).map(Identity::Content)
}

fn content_now(item: &Item) -> Option<Identity> {
    let local =
        item.node.local.as_ref().filter(|local| local.stamp.kind == Kind::File && local.stamp.size > 0)?;
    let new = item.node.synced.is_none() && item.node.remote.is_none();
    local.hash.filter(|_| new).map(Identity::Content)
}

/// Inode numbers are used again: a file is the same one only with the same content, as far as that is known.
fn same_content(tree: &Tree, found: &Found) -> bool {
    if found.kind == Kind::Folder {
        return true;
    }
    let then = tree.items.get(&found.from).and_then(|item| item.node.synced.as_ref());
    let now = tree.items.get(&found.to).and_then(|item| item.node.local.as_ref());
    let (Some(then), Some(now)) = (then, now) else { return false };
    match (then.hash(), now.hash) {
        (Some(then), Some(now)) => then == now,
        _ => (then.local.stamp.size, then.local.stamp.mtime_ns) == (now.stamp.size, now.stamp.mtime_ns),
    }
}

/// A folder is the same one only when something in it came along, or it was empty.
fn has_its_children(tree: &Tree, found: &Found) -> bool {
    if found.kind == Kind::File {
        return true;
    }
    let mut empty = true;
    for (path, item) in tree.below(&found.from) {
        let Some(then) = inode_then(item) else { continue };
        empty = false;
        let now = path.strip(&found.from).and_then(|rest| rest.below(&found.to).ok());
        if now.and_then(|path| tree.items.get(&path)).and_then(inode_now) == Some(then) {
            return true;
        }
    }
    empty
}

/// A file here that has a new file in its old place was saved under its old name with a backup beside it: that is an
/// edit, and the service's history belongs to the old name. A thing that moved into the old place is no such file.
fn drop_replaced(tree: &Tree, found: &mut Vec<Found>) {
    loop {
        let arrivals: BTreeSet<(Side, RelPath)> =
            found.iter().map(|found| (found.side, found.to.clone())).collect();
        let before = found.len();
        found.retain(|found| {
            let replaced = found.side == Side::Local
                && found.kind == Kind::File
                && tree.items.get(&found.from).and_then(|item| item.kind(Side::Local)) == Some(Kind::File);
            !replaced || arrivals.contains(&(Side::Local, found.from.clone()))
        });
        if found.len() == before {
            return;
        }
    }
}
