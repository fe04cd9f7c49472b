//! The kept store: contents that were replaced or deleted, each in the file (the inode) that it always had.
//!
//! Contents are named by time, not by their hash: at the moment of an exchange there is no time to read a file, and a
//! writer that still has the old file open goes on writing into what is kept. The store describes itself: the journal
//! says where each content was, and a content that the journal doesn't know is listed all the same. The state database
//! plays no part in it.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, Dir, FlockOperation, Mode, OFlags, flock, fstat, openat, statat, unlinkat};
use rustix::io::Errno;
use tidemark_core::node::{Kind, LocalStamp};
use tidemark_core::path::RelPath;

use crate::beneath::OpenRoot;
use crate::disk::{KeepNote, KeptItem, Purged};
use crate::error::{DiskError, DiskErrorKind, Result};
use crate::journal::{self, JOURNAL, Line};
use crate::naming::{check_name, new_id, time_of};
use crate::open_file::{LocalFile, READ_FILE};
use crate::rename::Place;
use crate::stamp::stamp_of;
use crate::store::{KEPT, Store};

/// The store, open and locked: shared by those who put something in, alone for those who take away.
pub(crate) struct Kept {
    folder: OwnedFd,
}

impl Kept {
    /// Opens it to put something in, making it where it is missing.
    pub(crate) fn to_add(store: &Store, root: &OpenRoot) -> Result<Self> {
        loop {
            let folder = store.directory_made(root, KEPT)?;
            let _ = flock(&folder, FlockOperation::LockShared);
            // Removed as empty while we waited for the lock: there is a new one to be made.
            if fstat(&folder).is_ok_and(|stat| stat.st_nlink > 0) {
                return Ok(Self { folder });
            }
        }
    }

    /// Opens it to read; `None` when there is none.
    pub(crate) fn to_read(store: &Store, root: &OpenRoot) -> Result<Option<Self>> {
        Ok(store.directory(root, KEPT)?.map(|folder| Self { folder }))
    }

    /// Opens it to take away; `None` when there is none.
    pub(crate) fn to_remove(store: &Store, root: &OpenRoot) -> Result<Option<Self>> {
        let Some(folder) = store.directory(root, KEPT)? else { return Ok(None) };
        let _ = flock(&folder, FlockOperation::LockExclusive);
        Ok(Some(Self { folder }))
    }

    /// Announces in the journal that what is at `path` comes here. The content is to be put at [`Kept::place`].
    pub(crate) fn announce(
        &self,
        path: &RelPath,
        stamp: &LocalStamp,
        note: &KeepNote,
        staged_inode: Option<u64>,
    ) -> Result<KeptItem> {
        let item = KeptItem {
            id: new_id(note.now_ns),
            path: path.clone(),
            size: stamp.size,
            mtime_ns: stamp.mtime_ns,
            kept_ns: note.now_ns,
            why: note.why.clone(),
            hash: note.hash.map(|hash| hash.to_string()),
        };
        self.write(path, Line { item, staged_inode })
    }

    /// Says that what is kept under this id is another content than the announced one.
    pub(crate) fn correct(&self, item: &KeptItem) -> Result<KeptItem> {
        let item = KeptItem { hash: None, ..item.clone() };
        self.write(&item.path.clone(), Line { item, staged_inode: None })
    }

    fn write(&self, path: &RelPath, line: Line) -> Result<KeptItem> {
        journal::append(&self.folder, &line).map_err(|error| DiskError::io("keeping", path, error))?;
        Ok(line.item)
    }

    /// Where the content of that id lies.
    pub(crate) fn place<'a>(&'a self, id: &'a str) -> Place<'a> {
        Place { folder: &self.folder, name: id }
    }

    /// What is there, newest first.
    pub(crate) fn list(&self) -> Result<Vec<KeptItem>> {
        let lines = journal::read(&self.folder).map_err(unreadable)?;
        let mut items = Vec::new();
        for (id, stamp) in self.contents().map_err(unreadable)? {
            match lines.get(&id) {
                Some(line) if line.staged_inode == Some(stamp.inode) => {}
                Some(line) => {
                    items.push(KeptItem { size: stamp.size, mtime_ns: stamp.mtime_ns, ..line.item.clone() })
                }
                None => items.extend(unannounced(id, &stamp)),
            }
        }
        items.sort_by(|a, b| b.id.cmp(&a.id));
        Ok(items)
    }

    /// Opens a content.
    pub(crate) fn open(&self, id: &str) -> Result<LocalFile> {
        check_name(id, DiskErrorKind::NotKept)?;
        let flags = READ_FILE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let named = RelPath::new(id).unwrap_or_else(|_| RelPath::root());
        match openat(&self.folder, id, flags, Mode::empty()) {
            Ok(fd) => LocalFile::new(fd, &named),
            Err(Errno::NOENT) => Err(not_kept(id)),
            Err(error) => Err(DiskError::io("reading", &named, error.into())),
        }
    }

    /// Removes what came here before `before_ns`, then what the journal says of it.
    pub(crate) fn purge(&self, before_ns: i64) -> Result<Purged> {
        let mut lines = journal::read(&self.folder).map_err(unreadable)?;
        let mut purged = Purged::default();
        let mut stays = false;
        let mut kept_lines = Vec::new();
        for (id, stamp) in self.contents().map_err(unreadable)? {
            let line = lines.remove(&id);
            let since = line.as_ref().map(|line| line.item.kept_ns).or_else(|| time_of(&id));
            if before_ns != i64::MAX && since.unwrap_or(stamp.mtime_ns) >= before_ns {
                stays = true;
                kept_lines.extend(line);
                continue;
            }
            match unlinkat(&self.folder, id.as_str(), AtFlags::empty()) {
                Ok(()) => purged = Purged { items: purged.items + 1, bytes: purged.bytes + stamp.size },
                Err(Errno::NOENT) => {}
                Err(error) => return Err(unreadable(error.into())),
            }
        }
        if stays {
            kept_lines.sort_by(|a, b| a.item.id.cmp(&b.item.id));
            journal::rewrite(&self.folder, kept_lines.iter()).map_err(unreadable)?;
        } else {
            self.remove_journal();
        }
        Ok(purged)
    }

    /// Removes the journal when it has nothing to tell of.
    pub(crate) fn tidy(&self) {
        if self.names().is_ok_and(|names| names.is_empty()) {
            self.remove_journal();
        }
    }

    fn remove_journal(&self) {
        let _ = unlinkat(&self.folder, JOURNAL, AtFlags::empty());
    }

    fn contents(&self) -> io::Result<Vec<(String, LocalStamp)>> {
        let mut contents = Vec::new();
        for name in self.names()? {
            match statat(&self.folder, name.as_str(), AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => contents.extend(
                    stamp_of(&stat).filter(|stamp| stamp.kind == Kind::File).map(|stamp| (name, stamp)),
                ),
                Err(Errno::NOENT) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(contents)
    }

    fn names(&self) -> io::Result<Vec<String>> {
        plain_names(&self.folder)
    }

    /// The file of a content, to be copied.
    pub(crate) fn file(&self, id: &str) -> Result<File> {
        Ok(self.open(id)?.into_file())
    }
}

/// Names in a directory of the store that stand for a content.
pub(crate) fn plain_names(folder: &OwnedFd) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        if let Ok(name) = entry?.file_name().to_str()
            && check_name(name, DiskErrorKind::NotKept).is_ok()
        {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// The error for an id that nothing is kept under.
pub(crate) fn not_kept(id: &str) -> DiskError {
    DiskError::new(DiskErrorKind::NotKept, format!("nothing is kept under {id}"))
}

fn unannounced(id: String, stamp: &LocalStamp) -> Option<KeptItem> {
    let path = RelPath::new(&id).ok()?;
    let kept_ns = time_of(&id).unwrap_or(stamp.mtime_ns);
    let (size, mtime_ns) = (stamp.size, stamp.mtime_ns);
    Some(KeptItem { id, path, size, mtime_ns, kept_ns, why: "unknown".into(), hash: None })
}

fn unreadable(error: io::Error) -> DiskError {
    DiskError::system("reading the kept store failed", error)
}
