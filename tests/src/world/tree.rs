//! A file system in memory: inodes with times, names in folders, a staging area and a kept store.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use tidemark_core::node::{Kind, LocalStamp};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::KeptItem;

/// A content.
pub(super) type Bytes = Arc<[u8]>;
/// Names an inode in the simulator, never twice; what `stat` says may be used again.
pub(super) type Key = u64;

const DEVICE: u64 = 7;

/// A folder of this computer, with what Tidemark keeps beside it.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    inodes: BTreeMap<Key, Inode>,
    pub(super) root: Option<Key>,
    next_key: Key,
    next_number: u64,
    free_numbers: BTreeSet<u64>,
    /// Inode numbers are used again at once, as ext4 does.
    pub(super) reuses_numbers: bool,
    /// Times are multiples of it.
    pub(super) grain_ns: i64,
    pub(super) staging: BTreeMap<String, Staged>,
    pub(super) kept: BTreeMap<String, (KeptItem, Key)>,
}

#[derive(Debug, Clone)]
pub(super) struct Staged {
    pub(super) key: Key,
    pub(super) durable: Vec<Range<u64>>,
}

#[derive(Debug, Clone)]
struct Inode {
    number: u64,
    body: Body,
}

#[derive(Debug, Clone)]
pub(super) enum Body {
    File(FileBody),
    Folder(BTreeMap<Box<str>, Key>),
    /// A symbolic link, a pipe.
    Special,
}

#[derive(Debug, Clone)]
pub(super) struct FileBody {
    pub(super) content: Bytes,
    pub(super) mtime_ns: i64,
    pub(super) ctime_ns: i64,
    /// Its bytes survive a power cut.
    pub(super) durable: bool,
}

impl Tree {
    pub(super) fn new() -> Self {
        let mut tree = Self {
            inodes: BTreeMap::new(),
            root: None,
            next_key: 1,
            next_number: 100,
            free_numbers: BTreeSet::new(),
            reuses_numbers: false,
            grain_ns: 1,
            staging: BTreeMap::new(),
            kept: BTreeMap::new(),
        };
        tree.root = Some(tree.make(Body::Folder(BTreeMap::new())));
        tree
    }

    pub(super) fn make(&mut self, body: Body) -> Key {
        let key = self.next_key;
        self.next_key += 1;
        let reused = if self.reuses_numbers { self.free_numbers.pop_first() } else { None };
        let number = reused.unwrap_or_else(|| {
            self.next_number += 1;
            self.next_number
        });
        self.inodes.insert(key, Inode { number, body });
        key
    }

    pub(super) fn make_file(&mut self, content: Bytes, now_ns: i64) -> Key {
        let time = self.grained(now_ns);
        self.make(Body::File(FileBody { content, mtime_ns: time, ctime_ns: time, durable: true }))
    }

    /// Forgets that a name leads to it; whoever has it open still reads and writes it.
    pub(super) fn unlink(&mut self, key: Key) {
        if let Some(inode) = self.inodes.get(&key) {
            self.free_numbers.insert(inode.number);
        }
        if let Some(Body::Folder(children)) = self.body(key) {
            for child in children.values().copied().collect::<Vec<_>>() {
                self.unlink(child);
            }
        }
    }

    pub(super) fn grained(&self, now_ns: i64) -> i64 {
        now_ns - now_ns.rem_euclid(self.grain_ns)
    }

    pub(super) fn number(&self, key: Key) -> u64 {
        self.inodes.get(&key).map_or(0, |inode| inode.number)
    }

    pub(super) fn device(&self) -> u64 {
        DEVICE
    }

    pub(super) fn body(&self, key: Key) -> Option<&Body> {
        self.inodes.get(&key).map(|inode| &inode.body)
    }

    pub(super) fn file(&self, key: Key) -> Option<&FileBody> {
        match self.body(key) {
            Some(Body::File(file)) => Some(file),
            _ => None,
        }
    }

    pub(super) fn file_mut(&mut self, key: Key) -> Option<&mut FileBody> {
        match self.inodes.get_mut(&key).map(|inode| &mut inode.body) {
            Some(Body::File(file)) => Some(file),
            _ => None,
        }
    }

    /// Writes into the inode in place.
    pub(super) fn overwrite(&mut self, key: Key, content: Bytes, now_ns: i64) {
        let time = self.grained(now_ns);
        if let Some(file) = self.file_mut(key) {
            (file.content, file.mtime_ns, file.ctime_ns) = (content, time, time);
        }
    }

    /// What a rename does to a file's inode.
    pub(super) fn touch_ctime(&mut self, key: Key, now_ns: i64) {
        let time = self.grained(now_ns);
        if let Some(file) = self.file_mut(key) {
            file.ctime_ns = time;
        }
    }

    pub(super) fn children(&self, path: &RelPath) -> Option<&BTreeMap<Box<str>, Key>> {
        match self.body(self.find(path)?) {
            Some(Body::Folder(children)) => Some(children),
            _ => None,
        }
    }

    pub(super) fn find(&self, path: &RelPath) -> Option<Key> {
        let mut key = self.root?;
        for name in path.components() {
            match self.body(key)? {
                Body::Folder(children) => key = *children.get(name)?,
                _ => return None,
            }
        }
        Some(key)
    }

    /// The stamp of an inode; `None` for what is neither file nor folder.
    pub(super) fn stamp(&self, key: Key) -> Option<LocalStamp> {
        let (inode, device) = (self.number(key), DEVICE);
        match self.body(key)? {
            Body::File(file) => Some(LocalStamp {
                kind: Kind::File,
                size: file.content.len() as u64,
                mtime_ns: file.mtime_ns,
                ctime_ns: file.ctime_ns,
                inode,
                device,
            }),
            Body::Folder(_) => {
                Some(LocalStamp { kind: Kind::Folder, size: 0, mtime_ns: 0, ctime_ns: 0, inode, device })
            }
            Body::Special => None,
        }
    }

    fn children_mut(&mut self, folder: &RelPath) -> Option<&mut BTreeMap<Box<str>, Key>> {
        let key = self.find(folder)?;
        match self.inodes.get_mut(&key).map(|inode| &mut inode.body) {
            Some(Body::Folder(children)) => Some(children),
            _ => None,
        }
    }

    /// Gives an inode a name; false when the folder isn't there.
    pub(super) fn link(&mut self, path: &RelPath, key: Key) -> bool {
        let Some(parent) = path.parent() else { return false };
        match self.children_mut(&parent) {
            Some(children) => {
                children.insert(path.name().into(), key);
                true
            }
            None => false,
        }
    }

    /// Takes the name away and gives the inode.
    pub(super) fn take(&mut self, path: &RelPath) -> Option<Key> {
        self.children_mut(&path.parent()?)?.remove(path.name())
    }

    /// Everything below the root, by path.
    pub(super) fn listing(&self) -> BTreeMap<RelPath, Key> {
        let mut found = BTreeMap::new();
        let mut waiting = vec![RelPath::root()];
        while let Some(folder) = waiting.pop() {
            for (name, key) in self.children(&folder).into_iter().flatten() {
                let Ok(path) = folder.join(name) else { continue };
                if matches!(self.body(*key), Some(Body::Folder(_))) {
                    waiting.push(path.clone());
                }
                found.insert(path, *key);
            }
        }
        found
    }

    /// Files with their contents, by path.
    pub(super) fn files(&self) -> BTreeMap<RelPath, Bytes> {
        let content = |key| self.file(key).map(|file| file.content.clone());
        self.listing().into_iter().filter_map(|(path, key)| Some((path, content(key)?))).collect()
    }

    /// Folders, by path.
    pub(super) fn folders(&self) -> BTreeSet<RelPath> {
        let is_folder = |key: &Key| matches!(self.body(*key), Some(Body::Folder(_)));
        self.listing().into_iter().filter(|(_, key)| is_folder(key)).map(|(path, _)| path).collect()
    }

    /// What a flush does.
    pub(super) fn make_durable(&mut self) {
        for inode in self.inodes.values_mut() {
            if let Body::File(file) = &mut inode.body {
                file.durable = true;
            }
        }
    }

    /// What a power cut does where names were written before data: files without their bytes.
    pub(super) fn lose_what_was_not_durable(&mut self) {
        for inode in self.inodes.values_mut() {
            if let Body::File(file) = &mut inode.body
                && !file.durable
            {
                file.content = Arc::from([]);
            }
        }
        for staged in self.staging.values_mut() {
            staged.durable.clear();
        }
    }
}
