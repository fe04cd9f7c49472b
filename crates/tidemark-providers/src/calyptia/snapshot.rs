//! What a listing brought: the files with their contents, found by name and by id.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use tidemark_core::node::{ContentHash, Kind, Remote, RemoteId, Revision};
use tidemark_core::path::RelPath;

use crate::calyptia::wire::{File, Moment, Page};
use crate::http::shown::shown;
use crate::provider::UnusableName;

/// Contents of one listing that are kept, in bytes.
const KEPT_BYTES: usize = 64 << 20;
/// Characters of an unusable name that are shown.
const SHOWN_CHARS: usize = 200;

/// Everything that the service listed.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    items: Vec<Item>,
    by_name: HashMap<String, usize>,
    by_id: HashMap<RemoteId, usize>,
    /// What can't be synced, with the reason.
    pub(super) unusable: Vec<UnusableName>,
    /// Hashes of items that couldn't be read: what isn't found may be one of them.
    unreadable: HashSet<ContentHash>,
}

/// One file as it was listed.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: RemoteId,
    pub(super) name: String,
    pub(super) encrypted: bool,
    pub(super) updated: Moment,
    /// Hash of what came as its contents, of a ciphertext where it is encrypted; `None` when that wasn't base64.
    pub(super) came: Option<ContentHash>,
    size: u64,
    /// What came, while there is room.
    pub(super) bytes: Option<Bytes>,
}

/// What contents are kept.
#[derive(Debug)]
pub(super) struct Room {
    /// Bytes that may still be kept.
    pub(super) left: usize,
    /// Just this file's.
    pub(super) only: Option<RemoteId>,
}
impl Snapshot {
    /// The file of that name.
    pub(super) fn named(&self, name: &str) -> Option<&Item> {
        self.by_name.get(name).map(|at| &self.items[*at])
    }

    /// The file of that id.
    pub(super) fn of_id(&self, id: &RemoteId) -> Option<&Item> {
        self.by_id.get(id).map(|at| &self.items[*at])
    }

    /// The files whose names are paths, one a name.
    pub(super) fn present(&self) -> impl Iterator<Item = (RelPath, Remote)> {
        let meant = |(at, item): &(usize, &Item)| self.by_name.get(&item.name) == Some(at);
        let items = self.items.iter().enumerate().filter(meant);
        items.filter_map(|(_, item)| Some((RelPath::root().join(&item.name).ok()?, item.remote())))
    }

    /// True when items came that couldn't be read: what isn't found may be one of them.
    pub(super) fn has_unreadable(&self) -> bool {
        !self.unreadable.is_empty()
    }

    /// What these pages say.
    #[cfg(test)]
    pub(super) fn of(pages: &[Page], room: &mut Room) -> Self {
        let mut snapshot = Self::default();
        for page in pages {
            snapshot.take(page, room);
        }
        snapshot.index();
        snapshot
    }

    /// How many items came.
    pub(super) fn len(&self) -> usize {
        self.items.len() + self.unreadable.len()
    }

    /// Takes a page's items; returns how many of them brought something new.
    pub(super) fn take(&mut self, page: &Page, room: &mut Room) -> usize {
        let mut new = 0;
        for raw in &page.items {
            let file: File = match serde_json::from_str(raw.get()) {
                Ok(file) => file,
                Err(error) => {
                    if self.unreadable.insert(hash(raw.get().as_bytes())) {
                        new += 1;
                        let why = format!("the service's description of it can't be read: {error}");
                        self.unusable.push(UnusableName { shown: shown(raw.get(), SHOWN_CHARS), why });
                    }
                    continue;
                }
            };
            let mut item = Item::of(file);
            let known = self.by_id.get(&item.id).copied();
            if known.is_some_and(|at| self.items[at].is_as(&item)) {
                continue;
            }
            new += 1;
            if !room.takes(&item) {
                item.bytes = None;
            }
            match known {
                Some(at) => self.items[at] = item,
                None => {
                    self.by_id.insert(item.id.clone(), self.items.len());
                    self.items.push(item);
                }
            }
        }
        new
    }

    /// Finds the file of each name. Names are unique there; where two files have one all the same, the one touched
    /// last is meant.
    pub(super) fn index(&mut self) {
        for at in 0..self.items.len() {
            let item = &self.items[at];
            if let Err(why) = RelPath::root().join(&item.name) {
                let why =
                    if item.name.contains('/') { "the name has a slash".to_owned() } else { why.to_string() };
                self.unusable.push(UnusableName { shown: shown(&item.name, SHOWN_CHARS), why });
                continue;
            }
            let Some(other) = self.by_name.insert(item.name.clone(), at) else { continue };
            let item = &self.items[at];
            if (self.items[other].updated, &self.items[other].id) > (item.updated, &item.id) {
                self.by_name.insert(item.name.clone(), other);
            }
            self.unusable.push(UnusableName {
                shown: shown(&item.name, SHOWN_CHARS),
                why: "another file of the same name is there; the one that was changed last is synced".into(),
            });
        }
    }
}

impl Item {
    fn of(file: File) -> Self {
        let bytes = file.contents.and_then(|text| BASE64_STANDARD.decode(text).ok()).map(Bytes::from);
        Self {
            id: RemoteId(file.id.into()),
            name: file.name,
            encrypted: file.encrypted,
            updated: file.updated_at,
            came: bytes.as_deref().map(hash),
            size: bytes.as_ref().map_or(0, |bytes| bytes.len() as u64),
            bytes,
        }
    }

    fn is_as(&self, other: &Self) -> bool {
        (&self.name, self.encrypted, self.updated, self.came)
            == (&other.name, other.encrypted, other.updated, other.came)
    }

    /// Hash of its content, where that can be read.
    pub(super) fn hash(&self) -> Option<ContentHash> {
        self.came.filter(|_| !self.encrypted)
    }

    /// What its content is called: see [`crate::calyptia`].
    pub(super) fn revision(&self) -> Revision {
        self.hash().map_or_else(|| of_moment(self.updated), of_content)
    }

    /// As the engine knows it.
    pub(super) fn remote(&self) -> Remote {
        let hash = self.hash();
        Remote {
            kind: Kind::File,
            id: self.id.clone(),
            revision: self.revision(),
            size: hash.map(|_| self.size),
            modified_ns: self.updated.ns(),
            hash,
            write_only: self.encrypted,
        }
    }
}

/// The revision of a content that can be read.
pub(super) fn of_content(hash: ContentHash) -> Revision {
    Revision(hash.to_string().into())
}

/// The revision of a content that can't.
pub(super) fn of_moment(updated: Moment) -> Revision {
    Revision(updated.text().into())
}

/// BLAKE3.
pub(super) fn hash(content: &[u8]) -> ContentHash {
    ContentHash(*blake3::hash(content).as_bytes())
}

impl Default for Room {
    fn default() -> Self {
        Self { left: KEPT_BYTES, only: None }
    }
}

impl Room {
    fn takes(&mut self, item: &Item) -> bool {
        let size = item.bytes.as_ref().map_or(0, Bytes::len);
        let wanted = !item.encrypted && self.only.as_ref().is_none_or(|only| *only == item.id);
        let fits = wanted && size <= self.left;
        if fits {
            self.left -= size;
        }
        fits
    }
}
