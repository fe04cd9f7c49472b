//! A service in memory: items with ids, every content that they ever had, and what a listing showed at which time.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_core::node::{ContentHash, Kind, Remote, RemoteId, Revision};
use tidemark_core::path::RelPath;
use tidemark_providers::capabilities::{Capabilities, Folders};

use super::tree::Bytes;

/// An item's place in [`Service::items`].
pub(super) type Place = usize;

#[derive(Debug)]
pub(super) struct Service {
    pub(super) able: Capabilities,
    pub(super) items: Vec<Item>,
    live: BTreeMap<RelPath, Place>,
    revisions: u64,
    /// Items in the order of their last changes, each with the time.
    pub(super) feed: Vec<(i64, Place)>,
    /// What a listing shows from a time on.
    shots: Vec<(i64, BTreeMap<RelPath, Remote>)>,
    /// For how long listings and the feed lag behind.
    pub(super) lag_ns: i64,
}

#[derive(Debug)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) path: RelPath,
    pub(super) live: bool,
    pub(super) versions: Vec<Version>,
}

#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) id: String,
    pub(super) content: Bytes,
    pub(super) made_ns: i64,
}

impl Service {
    pub(super) fn new(able: Capabilities) -> Self {
        Self {
            able,
            items: Vec::new(),
            live: BTreeMap::new(),
            revisions: 0,
            feed: Vec::new(),
            shots: Vec::new(),
            lag_ns: 0,
        }
    }

    pub(super) fn at(&self, path: &RelPath) -> Option<Place> {
        self.live.get(path).copied()
    }

    /// The live item of an id, or what is at the path for services that go by paths.
    pub(super) fn find(&self, id: Option<&RemoteId>, path: &RelPath) -> Option<Place> {
        match id {
            Some(id) if self.able.folders == Folders::Implied => {
                self.items.iter().position(|item| item.live && item.id == *id.0)
            }
            _ => self.at(path),
        }
    }

    /// The item of an id or at a path, deleted or not.
    pub(super) fn find_any(&self, id: Option<&RemoteId>, path: &RelPath) -> Option<Place> {
        self.find(id, path)
            .or_else(|| self.items.iter().rposition(|item| id.is_some_and(|id| item.id == *id.0)))
    }

    pub(super) fn remote(&self, place: Place) -> Remote {
        let item = &self.items[place];
        match item.versions.last() {
            Some(version) if item.kind == Kind::File => Remote {
                kind: Kind::File,
                id: RemoteId(item.id.as_str().into()),
                revision: match self.able.weak_revision {
                    true => Revision(version.content.len().to_string().into()),
                    false => Revision(version.id.as_str().into()),
                },
                size: Some(version.content.len() as u64),
                modified_ns: Some(version.made_ns),
                hash: self.able.digest.map(|_| hash_of(&version.content)),
                write_only: false,
            },
            _ => Remote {
                kind: Kind::Folder,
                id: RemoteId(item.id.as_str().into()),
                revision: Revision("".into()),
                size: None,
                modified_ns: None,
                hash: None,
                write_only: false,
            },
        }
    }

    /// True when something may be put at the path: its folder is there.
    pub(super) fn has_parent(&self, path: &RelPath) -> bool {
        match path.parent() {
            Some(parent) if !parent.is_root() && self.able.folders == Folders::Real => {
                self.at(&parent).is_some_and(|place| self.items[place].kind == Kind::Folder)
            }
            _ => true,
        }
    }

    pub(super) fn is_empty_folder(&self, path: &RelPath) -> bool {
        !self.live.keys().any(|other| other.is_below(path))
    }

    /// A new item, or a new version of the one at the path.
    pub(super) fn put_file(&mut self, path: &RelPath, content: Bytes, now_ns: i64) -> Place {
        let place = self.at(path).unwrap_or_else(|| self.new_item(path, Kind::File));
        self.add_version(place, content, now_ns);
        place
    }

    pub(super) fn add_version(&mut self, place: Place, content: Bytes, now_ns: i64) {
        self.revisions += 1;
        let version = Version { id: format!("r{}", self.revisions), content, made_ns: now_ns };
        self.items[place].versions.push(version);
        self.changed(place, now_ns);
    }

    pub(super) fn put_folder(&mut self, path: &RelPath, now_ns: i64) -> Place {
        let place = self.new_item(path, Kind::Folder);
        self.changed(place, now_ns);
        place
    }

    fn new_item(&mut self, path: &RelPath, kind: Kind) -> Place {
        let place = self.items.len();
        let id = format!("i{place}");
        self.items.push(Item { id, kind, path: path.clone(), live: true, versions: Vec::new() });
        self.live.insert(path.clone(), place);
        place
    }

    /// A new item that only its id leads to; the path is a label.
    pub(super) fn put_unlisted(&mut self, label: &RelPath, content: Bytes, now_ns: i64) -> Place {
        let place = self.items.len();
        let id = format!("i{place}");
        let versions = vec![Version { id: id.clone(), content, made_ns: now_ns }];
        self.items.push(Item { id, kind: Kind::File, path: label.clone(), live: true, versions });
        place
    }

    /// The live item of an id.
    pub(super) fn by_id(&self, id: &str) -> Option<Place> {
        self.items.iter().position(|item| item.live && item.id == id)
    }

    /// The content of an item, as it was last.
    pub(super) fn content(&self, place: Place) -> Option<&Bytes> {
        self.items[place].versions.last().map(|version| &version.content)
    }

    /// Deletes the item at the path and all below it; the contents stay in the history.
    pub(super) fn delete(&mut self, path: &RelPath, now_ns: i64) {
        for path in self.tree_at(path) {
            if let Some(place) = self.live.remove(&path) {
                self.items[place].live = false;
                self.changed(place, now_ns);
            }
        }
    }

    /// Deletes one item: a file, or a folder that is empty.
    pub(super) fn delete_one(&mut self, path: &RelPath, now_ns: i64) {
        if let Some(place) = self.live.remove(path) {
            self.items[place].live = false;
            self.changed(place, now_ns);
        }
    }

    /// Moves the item at the path and all below it.
    pub(super) fn relocate(&mut self, from: &RelPath, to: &RelPath, now_ns: i64) {
        for path in self.tree_at(from) {
            let target = path.strip(from).and_then(|rest| rest.below(to).ok());
            if let (Some(target), Some(place)) = (target, self.live.remove(&path)) {
                self.items[place].path = target.clone();
                self.live.insert(target, place);
                self.changed(place, now_ns);
            }
        }
    }

    fn tree_at(&self, path: &RelPath) -> Vec<RelPath> {
        self.live.keys().filter(|other| *other == path || other.is_below(path)).cloned().collect()
    }

    fn changed(&mut self, place: Place, now_ns: i64) {
        self.feed.push((now_ns, place));
        let shot = self.live.iter().map(|(path, place)| (path.clone(), self.remote(*place))).collect();
        self.shots.push((now_ns, shot));
    }

    /// What a listing shows now.
    pub(super) fn listing(&self, now_ns: i64) -> BTreeMap<RelPath, Remote> {
        let visible = self.shots.iter().rev().find(|(made, _)| *made <= now_ns - self.lag_ns);
        visible.map(|(_, shot)| shot.clone()).unwrap_or_default()
    }

    /// How much of the feed is visible now.
    pub(super) fn feed_end(&self, now_ns: i64) -> usize {
        self.feed.iter().take_while(|(made, _)| *made <= now_ns - self.lag_ns).count()
    }

    /// Files with their contents, by path.
    pub(super) fn files(&self) -> BTreeMap<RelPath, Bytes> {
        let content =
            |place: &Place| self.items[*place].versions.last().map(|version| version.content.clone());
        self.live.iter().filter_map(|(path, place)| Some((path.clone(), content(place)?))).collect()
    }

    /// Every content that is there now.
    pub(super) fn live(&self) -> impl Iterator<Item = Bytes> {
        let live = (0..self.items.len()).filter(|place| self.items[*place].live);
        live.filter_map(|place| self.content(place).cloned())
    }

    /// Folders, by path.
    pub(super) fn folders(&self) -> BTreeSet<RelPath> {
        let is_folder = |place: &Place| self.items[*place].kind == Kind::Folder;
        self.live.iter().filter(|(_, place)| is_folder(place)).map(|(path, _)| path.clone()).collect()
    }

    /// Every content that the service can give back.
    pub(super) fn history(&self) -> BTreeSet<Bytes> {
        self.items
            .iter()
            .flat_map(|item| item.versions.iter().map(|version| version.content.clone()))
            .collect()
    }
}

/// BLAKE3.
pub(super) fn hash_of(content: &[u8]) -> ContentHash {
    ContentHash(*blake3::hash(content).as_bytes())
}
