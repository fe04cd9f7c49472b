//! A model of the world: two trees, what was agreed, and what was kept; with an executor as strict as can be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::node::{ContentHash, Kind, Local, LocalStamp, Node, Remote, RemoteId, Revision, Synced};
use crate::path::RelPath;
use crate::plan::operation::{Action, Expects, Operation, Reason};

/// A content; 0 is the empty one.
pub(super) type Content = u32;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    pub(super) content: Content,
    /// Inode here, id there.
    pub(super) identity: u64,
    /// Modification time here, revision there.
    pub(super) version: u64,
    /// Change time here, modification time there.
    pub(super) time: u64,
}

pub(super) type Side = BTreeMap<RelPath, Thing>;

/// What the model's service and computer can do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traits {
    pub(super) moves_files: bool,
    pub(super) moves_folders: bool,
    pub(super) stable_ids: bool,
    pub(super) remote_hashes: bool,
    pub(super) local_hashes: bool,
    /// Letter case doesn't tell two names apart at the service.
    pub(super) folds: bool,
    /// Which contents the service never gives back.
    pub(super) seals: Seals,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Seals {
    Nothing,
    Most,
    Everything,
}

#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) traits: Traits,
    pub(super) local: Side,
    pub(super) remote: Side,
    pub(super) synced: BTreeMap<RelPath, Synced>,
    /// Revisions whose content went through our hands.
    known: BTreeSet<u64>,
    /// Revisions that can't be read and that a person left as they were, beside another content here.
    apart: BTreeSet<u64>,
    pub(super) kept: BTreeSet<Content>,
    pub(super) history: BTreeSet<Content>,
    count: u64,
}

pub(super) fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

fn hash(content: Content) -> ContentHash {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&content.to_be_bytes());
    ContentHash(bytes)
}

pub(super) fn below(side: &Side, folder: &RelPath) -> Vec<RelPath> {
    side.keys().filter(|path| path.is_below(folder)).cloned().collect()
}

impl World {
    pub(super) fn new(traits: Traits) -> Self {
        Self {
            traits,
            local: Side::new(),
            remote: Side::new(),
            synced: BTreeMap::new(),
            known: BTreeSet::new(),
            apart: BTreeSet::new(),
            kept: BTreeSet::new(),
            history: BTreeSet::new(),
            count: 0,
        }
    }

    pub(super) fn tick(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    fn thing(&mut self, kind: Kind, content: Content) -> Thing {
        let (identity, version, time) = (self.tick(), self.tick(), self.tick());
        Thing { kind, content, identity, version, time }
    }

    /// Puts one thing on both sides and agrees on it.
    pub(super) fn agreed(&mut self, at: &RelPath, kind: Kind, content: Content) {
        let (here, there) = (self.thing(kind, content), self.thing(kind, content));
        self.known.insert(there.version);
        self.local.insert(at.clone(), here);
        self.remote.insert(at.clone(), there);
        self.record(at);
    }

    pub(super) fn put(&mut self, here: bool, at: &RelPath, kind: Kind, content: Content) {
        let thing = self.thing(kind, content);
        self.side(here).insert(at.clone(), thing);
    }

    pub(super) fn edit(&mut self, here: bool, at: &RelPath, content: Content, replace: bool) {
        let fresh = self.thing(Kind::File, content);
        if let Some(thing) = self.side(here).get_mut(at) {
            let identity = if replace { fresh.identity } else { thing.identity };
            *thing = Thing { identity, ..fresh };
        }
    }

    pub(super) fn side(&mut self, here: bool) -> &mut Side {
        if here { &mut self.local } else { &mut self.remote }
    }

    pub(super) fn remove(&mut self, here: bool, at: &RelPath) {
        let side = self.side(here);
        side.retain(|path, _| path != at && !path.is_below(at));
    }

    pub(super) fn relocate(&mut self, here: bool, from: &RelPath, to: &RelPath) {
        let now = self.tick();
        let side = self.side(here);
        let mut moving = below(side, from);
        moving.push(from.clone());
        let moved: Vec<_> = moving
            .iter()
            .map(|old| (old.strip(from).unwrap().below(to).unwrap(), side.remove(old).unwrap()))
            .collect();
        side.extend(moved);
        if here {
            side.get_mut(to).unwrap().time = now;
        }
    }

    fn seen_local(&self, at: &RelPath) -> Option<Local> {
        let thing = self.local.get(at)?;
        let file = thing.kind == Kind::File;
        let stamp = LocalStamp {
            kind: thing.kind,
            size: if file { size(thing.content) } else { 0 },
            mtime_ns: if file { thing.version as i64 } else { 0 },
            ctime_ns: if file { thing.time as i64 } else { 0 },
            inode: thing.identity,
            device: 1,
        };
        let agreed = self.synced.get(at).filter(|synced| synced.local.stamp == stamp).and_then(Synced::hash);
        let hash = (file && self.traits.local_hashes).then(|| hash(thing.content)).or(agreed);
        Some(Local { stamp, hash })
    }

    fn seen_remote(&self, at: &RelPath) -> Option<Remote> {
        let thing = self.remote.get(at)?;
        let file = thing.kind == Kind::File;
        let id = if self.traits.stable_ids { thing.identity.to_string() } else { at.to_string() };
        let told = self.traits.remote_hashes && !self.is_sealed(thing);
        let known = file && (told || self.known.contains(&thing.version));
        Some(Remote {
            kind: thing.kind,
            id: RemoteId(Arc::from(id)),
            revision: Revision(Arc::from(if file { thing.version.to_string() } else { String::new() })),
            size: file.then(|| size(thing.content)),
            modified_ns: Some(thing.time as i64),
            hash: known.then(|| hash(thing.content)),
            write_only: self.is_sealed(thing),
        })
    }

    /// True when the service never gives this content back.
    pub(super) fn is_sealed(&self, there: &Thing) -> bool {
        there.kind == Kind::File
            && match self.traits.seals {
                Seals::Nothing => false,
                Seals::Most => !there.version.is_multiple_of(4),
                Seals::Everything => true,
            }
    }

    /// True when a person left both sides as they are, and they still are.
    pub(super) fn is_left_apart(&self, at: &RelPath) -> bool {
        self.remote.get(at).is_some_and(|there| self.apart.contains(&there.version))
            && !self.node(at).is_dirty()
    }

    pub(super) fn node(&self, at: &RelPath) -> Node {
        Node {
            path: at.clone(),
            local: self.seen_local(at),
            remote: self.seen_remote(at),
            synced: self.synced.get(at).cloned(),
        }
    }

    /// What differs, and what the service takes for something that differs.
    pub(super) fn dirty(&self) -> Vec<Node> {
        let paths: BTreeSet<&RelPath> =
            self.local.keys().chain(self.remote.keys()).chain(self.synced.keys()).collect();
        let lower = |node: &Node| node.path.as_str().to_lowercase();
        let (dirty, clean): (Vec<_>, Vec<_>) =
            paths.into_iter().map(|at| self.node(at)).partition(|node| node.is_dirty());
        let twins: BTreeSet<String> = dirty.iter().map(lower).collect();
        let twins = clean.into_iter().filter(|node| self.traits.folds && twins.contains(&lower(node)));
        dirty.iter().cloned().chain(twins).collect()
    }

    fn record(&mut self, at: &RelPath) {
        let (Some(mut local), Some(mut remote)) = (self.seen_local(at), self.seen_remote(at)) else {
            self.synced.remove(at);
            return;
        };
        if local.stamp.kind == Kind::File {
            let there = &self.remote[at];
            if !remote.write_only {
                self.known.insert(there.version);
            }
            if self.known.contains(&there.version) && there.content == self.local[at].content {
                (local.hash, remote.hash) = (Some(hash(there.content)), Some(hash(there.content)));
            }
        }
        self.synced.insert(at.clone(), Synced { local, remote });
    }

    pub(super) fn live(&self) -> BTreeSet<Content> {
        contents(&self.local).union(&contents(&self.remote)).copied().collect()
    }

    /// What the trees look like, without identities.
    pub(super) fn shape(side: &Side) -> BTreeMap<&RelPath, (Kind, Content)> {
        side.iter().map(|(path, thing)| (path, (thing.kind, thing.content))).collect()
    }

    /// True when the service has something beside the path whose name differs in letter case only.
    pub(super) fn has_twin(&self, here: bool, at: &RelPath, but: Option<&RelPath>) -> bool {
        let lower = at.as_str().to_lowercase();
        let is_twin =
            |path: &RelPath| path != at && Some(path) != but && path.as_str().to_lowercase() == lower;
        !here && self.traits.folds && self.remote.keys().any(is_twin)
    }

    /// True when something clean lies below a folder that has become another one: the planner can't know of it.
    pub(super) fn hides_something(&self) -> bool {
        let replaced = |at: &RelPath| {
            let node = self.node(at);
            let Some(synced) = node.synced else { return false };
            node.local.is_some_and(|now| now.stamp.inode != synced.local.stamp.inode)
                || node.remote.is_some_and(|now| now.id != synced.remote.id)
        };
        let clean = self.synced.keys().filter(|at| !self.node(at).is_dirty());
        clean.flat_map(RelPath::ancestors).any(|folder| replaced(&folder))
    }

    pub(super) fn parent_is_folder(side: &Side, at: &RelPath) -> bool {
        at.parent().is_none_or(|parent| {
            parent.is_root() || side.get(&parent).is_some_and(|thing| thing.kind == Kind::Folder)
        })
    }

    /// Carries out one operation. Fails when it isn't right at this moment.
    pub(super) fn apply(&mut self, operation: &Operation) -> Result<(), String> {
        let at = &operation.path;
        let seen_at = match &operation.action {
            Action::MoveLocal { from } | Action::MoveRemote { from } => from,
            _ => at,
        };
        let makes_folder = matches!(operation.action, Action::CreateLocalFolder | Action::CreateRemoteFolder);
        if !makes_folder {
            self.check(seen_at, &operation.expects)?;
        }
        match &operation.action {
            Action::Agree => {
                let (Some(here), Some(there)) = (self.local.get(at), self.remote.get(at)) else {
                    return Err("agree on one side".into());
                };
                let (left, version) = (operation.reason == Reason::LeftApart, there.version);
                if left && !self.is_sealed(there) {
                    return Err("what could be fetched is left apart".into());
                }
                if (here.kind, here.content) != (there.kind, there.content)
                    && !left
                    && !self.apart.contains(&version)
                {
                    return Err("agree on different things".into());
                }
                if left {
                    self.apart.insert(version);
                }
                self.record(at);
            }
            Action::Forget => {
                let stays = |there| operation.reason == Reason::LeftApart && self.is_sealed(there);
                if self.local.contains_key(at) || self.remote.get(at).is_some_and(|there| !stays(there)) {
                    return Err("forget what is there".into());
                }
                self.synced.remove(at);
            }
            Action::Upload => self.transfer(true, at)?,
            Action::Download => self.transfer(false, at)?,
            Action::CreateLocalFolder => self.make_folder(true, at)?,
            Action::CreateRemoteFolder => self.make_folder(false, at)?,
            Action::MoveLocal { from } => self.carry(true, from, operation)?,
            Action::MoveRemote { from } => self.carry(false, from, operation)?,
            Action::DeleteLocal => self.delete(true, operation)?,
            Action::DeleteRemote => self.delete(false, operation)?,
            Action::KeepBoth { copy } => {
                if self.local.contains_key(copy) || self.remote.contains_key(copy) {
                    return Err("the copy's name is taken".into());
                }
                self.relocate(true, at, copy);
                self.synced.remove(at);
            }
        }
        Ok(())
    }

    fn check(&self, at: &RelPath, expects: &Expects) -> Result<(), String> {
        let here = self.seen_local(at).map(|l| (l.stamp.kind, l.stamp.size, l.stamp.mtime_ns, l.stamp.inode));
        let expected =
            expects.local.as_ref().map(|l| (l.stamp.kind, l.stamp.size, l.stamp.mtime_ns, l.stamp.inode));
        if here != expected {
            return Err(format!("local side at {at:?} is {here:?}, expected {expected:?}"));
        }
        let there = self.seen_remote(at).map(|r| (r.kind, r.revision));
        let expected = expects.remote.as_ref().map(|r| (r.kind, r.revision.clone()));
        if there != expected {
            return Err(format!("remote side at {at:?} is {there:?}, expected {expected:?}"));
        }
        Ok(())
    }

    fn transfer(&mut self, up: bool, at: &RelPath) -> Result<(), String> {
        let Some(source) = self.side(up).get(at).cloned() else { return Err("nothing to transfer".into()) };
        if source.kind != Kind::File {
            return Err("a folder is transferred".into());
        }
        if !up && self.is_sealed(&source) {
            return Err("what can't be read is fetched".into());
        }
        let mut fresh = self.thing(Kind::File, source.content);
        if up {
            self.known.insert(fresh.version);
        }
        let target = self.side(!up);
        if !Self::parent_is_folder(target, at) {
            return Err("no folder to put it in".into());
        }
        let old = target.get(at).cloned();
        if self.has_twin(!up, at, None) {
            return Err("the service takes two names for one".into());
        }
        let target = self.side(!up);
        if let Some(old) = &old {
            if old.kind != Kind::File {
                return Err("a file over a folder".into());
            }
            if up {
                fresh.identity = old.identity;
            }
        }
        target.insert(at.clone(), fresh);
        if let Some(old) = old {
            if up {
                self.history.insert(old.content)
            } else {
                self.kept.insert(old.content)
            };
        }
        self.record(at);
        Ok(())
    }

    fn make_folder(&mut self, here: bool, at: &RelPath) -> Result<(), String> {
        let fresh = self.thing(Kind::Folder, 0);
        if self.has_twin(here, at, None) {
            return Err("the service takes two names for one".into());
        }
        let side = self.side(here);
        if !Self::parent_is_folder(side, at) {
            return Err("no folder to make it in".into());
        }
        match side.get(at) {
            Some(thing) if thing.kind == Kind::File => return Err("a folder over a file".into()),
            Some(_) => {}
            None => drop(side.insert(at.clone(), fresh)),
        }
        self.record(at);
        Ok(())
    }

    fn carry(&mut self, here: bool, from: &RelPath, operation: &Operation) -> Result<(), String> {
        let to = &operation.path;
        let mut ancestors: Vec<RelPath> = to.ancestors().collect();
        ancestors.reverse();
        if self.has_twin(here, to, Some(from))
            || ancestors.iter().any(|folder| self.has_twin(here, folder, Some(from)))
        {
            return Err("the service takes two names for one".into());
        }
        if to == from || to.is_below(from) || self.side(here).contains_key(to) {
            return Err("it can't move there".into());
        }
        for folder in ancestors {
            let fresh = self.thing(Kind::Folder, 0);
            if self.side(here).entry(folder).or_insert(fresh).kind == Kind::File {
                return Err("it moves into a file".into());
            }
        }
        let side = self.side(here);
        let moving = || below(side, from).into_iter().chain([from.clone()]);
        if side.get(from).map(|thing| thing.kind) != Some(operation.kind) {
            return Err("nothing to move".into());
        }
        let files = moving().filter(|path| side[path].kind == Kind::File).count() as u64;
        // A file that was moved out of a folder and back to its old path, under another folder that took the place,
        // is clean and unknown to the planner: it may move along, and the next plan moves it back.
        if files < operation.files {
            return Err(format!("{files} files move"));
        }
        self.relocate(here, from, to);
        let rows: Vec<_> =
            self.synced.keys().filter(|path| *path == from || path.is_below(from)).cloned().collect();
        for row in rows {
            if let (Some(synced), Ok(new)) = (self.synced.remove(&row), row.strip(from).unwrap().below(to)) {
                self.synced.insert(new, synced);
            }
        }
        if let (Some(local), Some(remote), Some(synced)) =
            (self.local.get(to), self.remote.get(to), self.synced.get(to))
            && (operation.kind == Kind::Folder
                || local.content == remote.content && synced.hash() == Some(hash(local.content)))
        {
            self.record(to);
        }
        Ok(())
    }

    fn delete(&mut self, here: bool, operation: &Operation) -> Result<(), String> {
        let at = &operation.path;
        if let Reason::Resent { to, .. } = &operation.reason
            && (!self.synced.contains_key(to) || self.node(to).is_dirty())
        {
            return Err("it has not arrived yet".into());
        }
        let side = self.side(here);
        if !below(side, at).is_empty() {
            return Err("the folder isn't empty".into());
        }
        let Some(thing) = side.remove(at) else { return Err("nothing to delete".into()) };
        if thing.kind != operation.kind {
            return Err("another kind is deleted".into());
        }
        if thing.kind == Kind::File {
            if here {
                self.kept.insert(thing.content)
            } else {
                self.history.insert(thing.content)
            };
        }
        self.synced.remove(at);
        Ok(())
    }
}

fn size(content: Content) -> u64 {
    if content == 0 { 0 } else { u64::from(content % 3) + 1 }
}

pub(super) fn contents(side: &Side) -> BTreeSet<Content> {
    side.values().filter(|thing| thing.kind == Kind::File).map(|thing| thing.content).collect()
}
