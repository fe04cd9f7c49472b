//! A whole listing: pages from the newest file to the oldest, each with the contents of its files.
//!
//! The list is asked for in pages as large as the service and our memory take. A file that is made or touched while
//! the pages come moves to the front, where we have been: after more than one page the list is read again from the
//! front, until a page brings nothing new.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use tidemark_core::node::{ContentHash, Kind, Remote, RemoteId, Revision};
use tidemark_core::path::RelPath;

use crate::calyptia::api::{Api, Asked};
use crate::calyptia::wire::{File, Moment, Page};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::fault::nonsense;
use crate::http::shown::shown;
use crate::provider::UnusableName;

/// Files a page to begin with: the page has no highest number, and asks for fewer when that is too many.
pub(super) const PAGE: u32 = 1000;
/// Contents of one listing that are kept, in bytes.
const KEPT_BYTES: usize = 64 << 20;
/// More pages and files than any instance has.
const MOST_PAGES: u32 = 2000;
const MOST_FILES: usize = 100_000;
/// Characters of an unusable name that are shown.
const SHOWN_CHARS: usize = 200;
const WHAT: &str = "listing the core instance's files";

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

/// How a listing is read.
pub(super) struct Lister {
    last: AtomicU32,
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

    /// Takes a page's items; returns how many of them brought something new.
    fn take(&mut self, page: &Page, room: &mut Room) -> usize {
        let mut new = 0;
        for raw in page.items.iter().flatten() {
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
    fn index(&mut self) {
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

impl Default for Lister {
    fn default() -> Self {
        Self { last: AtomicU32::new(PAGE) }
    }
}

impl Lister {
    /// Reads the whole list.
    pub(super) async fn read(&self, api: &Api, mut room: Room) -> Result<Snapshot> {
        let mut snapshot = Snapshot::default();
        let mut pages = 0;
        let mut again = false;
        let mut cursor: Option<String> = None;
        loop {
            let page = self.page(api, cursor.as_deref()).await?;
            pages += 1;
            let new = snapshot.take(&page, &mut room);
            let next = page.end_cursor.filter(|cursor| !cursor.is_empty());
            cursor = match next {
                _ if again && new == 0 => break,
                Some(_) if new == 0 => {
                    return Err(nonsense(WHAT, "a page came that only repeats what came before"));
                }
                None if again || pages == 1 => break,
                None => {
                    again = true;
                    None
                }
                some => some,
            };
            if pages >= MOST_PAGES || snapshot.items.len() + snapshot.unreadable.len() > MOST_FILES {
                return Err(ProviderError::permanent(
                    ErrorKind::Protocol,
                    format!("{WHAT}: the list has no end after {pages} pages"),
                ));
            }
        }
        snapshot.index();
        Ok(snapshot)
    }

    async fn page(&self, api: &Api, before: Option<&str>) -> Result<Page> {
        let mut last = self.last.load(Ordering::Relaxed);
        loop {
            match api.list(last, before, WHAT).await? {
                Asked::Page(page) => {
                    self.last.store(last, Ordering::Relaxed);
                    return Ok(page);
                }
                Asked::TooMany(error) if last == 1 => return Err(error),
                Asked::TooMany(_) => last = (last / 10).max(1),
            }
        }
    }
}
