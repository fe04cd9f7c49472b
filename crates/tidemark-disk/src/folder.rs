//! A folder of this computer, for real.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;

use rustix::fs::{
    Access, AtFlags, Mode, OFlags, Timespec, Timestamps, UTIME_OMIT, accessat, fdatasync, fstat, futimens,
    mkdirat, openat, statat, syncfs, unlinkat,
};
use rustix::io::Errno;
use tidemark_core::names::NameRules;
use tidemark_core::node::{ContentHash, Kind, LocalStamp};
use tidemark_core::path::RelPath;

use crate::beneath::Root;
use crate::disk::{
    Depth, Disk, FolderListing, Installed, KeepNote, KeptItem, OpenFile, Purged, RootIdentity, Staging,
};
use crate::error::{DiskError, DiskErrorKind, Result};
use crate::install::Swap;
use crate::kept::{Kept, not_kept, plain_names};
use crate::naming::{check_name, new_id};
use crate::open_file::{LocalFile, READ_FILE};
use crate::rename::{Place, Renames};
use crate::staging::{self, StagedFile};
use crate::stamp::stamp_of;
use crate::store::{STAGING, Store};
use crate::{scan, space};

/// A folder of this computer with its store. Holds nothing open between calls.
///
/// Everything happens in the folder that [`Disk::root`] (or the first call) found: when another one takes its place
/// (a drive unmounted, a folder made anew), every other call fails with `RootMissing` until `root` was asked again.
pub struct FolderDisk {
    root: Root,
    store: Store,
    pub(crate) renames: Renames,
    /// What happens in the instants between a look and an act.
    #[cfg(test)]
    pub(crate) race: crate::install::Race,
}

impl FolderDisk {
    /// Takes a root and the directory for its `staging` and `kept` (see [`crate::store_for`]). The root need not be
    /// there yet; the store is made when something is put into it, and in `.tidemark` in the root where `store` turns
    /// out to be on another file system. Fails when `store` is the root itself.
    pub fn open(root: PathBuf, store: PathBuf) -> Result<Self> {
        let store = Store::new(&root, store)?;
        Ok(Self {
            root: Root::new(root),
            store,
            renames: Renames::Atomic,
            #[cfg(test)]
            race: Box::new(|_| {}),
        })
    }

    /// Removes the store's directories where nothing is in them; those outside the root stay themselves.
    pub fn remove_empty_store(&self) {
        let Ok(root) = self.root.open() else { return };
        if let Ok(Some(kept)) = Kept::to_remove(&self.store, &root) {
            kept.tidy();
            self.store.remove_empty(&root);
        } else {
            self.store.remove_empty(&root);
        }
    }

    /// A name for [`Disk::stage`] that nobody has used.
    pub fn fresh_key(&self) -> String {
        new_id(1)
    }

    /// Drops the staging files that nobody has open: what uploads left behind that were killed.
    pub fn discard_abandoned(&self) -> Result<()> {
        match self.store.directory(&self.root.open()?, STAGING)? {
            Some(folder) => staging::remove_abandoned(&folder),
            None => Ok(()),
        }
    }

    /// True when the system lets us write into the root.
    pub fn is_writable(&self) -> Result<bool> {
        let root = self.root.open()?;
        Ok(accessat(&root, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::empty()).is_ok())
    }

    fn swap(&self) -> Result<Swap<'_>> {
        Ok(Swap {
            root: self.root.open()?,
            store: &self.store,
            renames: self.renames,
            #[cfg(test)]
            race: &self.race,
        })
    }

    fn open_file(&self, path: &RelPath) -> Result<LocalFile> {
        let fd = self.root.open()?.open(path.as_str(), READ_FILE, Mode::empty()).map_err(|error| {
            // A socket answers ENXIO.
            match Errno::from_io_error(&error) {
                Some(Errno::NXIO) => {
                    DiskError::new(DiskErrorKind::Special, format!("\"{path}\" isn't a file"))
                }
                _ => DiskError::io("opening", path, error),
            }
        })?;
        LocalFile::settled(fd, path)
    }

    fn make_parents(&self, path: &RelPath) -> Result<()> {
        let mut missing: Vec<RelPath> = Vec::new();
        for folder in path.ancestors() {
            match self.stat(&folder)? {
                Some(_) => break,
                None => missing.push(folder),
            }
        }
        for folder in missing.iter().rev() {
            match self.make_folder(folder) {
                Err(error) if error.kind != DiskErrorKind::Occupied => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn copy_kept(&self, kept: &Kept, id: &str, staging: &std::os::fd::OwnedFd, key: &str) -> Result<()> {
        let mut from = kept.file(id)?;
        let mut copy = || -> io::Result<()> {
            let stat = fstat(&from)?;
            let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mut to = File::from(openat(staging, key, flags, Mode::from_raw_mode(stat.st_mode & 0o777))?);
            if rustix::fs::ioctl_ficlone(&to, &from).is_err() {
                io::copy(&mut from, &mut to)?;
            }
            let last_modification = Timespec { tv_sec: stat.st_mtime, tv_nsec: stat.st_mtime_nsec as i64 };
            let last_access = Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT };
            futimens(&to, &Timestamps { last_access, last_modification })?;
            Ok(fdatasync(&to)?)
        };
        copy().map_err(|error| DiskError::system(format!("copying the kept content {id} failed"), error))
    }
}

impl Disk for FolderDisk {
    fn root(&self) -> Result<RootIdentity> {
        self.root.identify()
    }

    fn name_rules(&self) -> NameRules {
        space::name_rules(self.root.path())
    }

    fn scan(
        &self,
        from: &RelPath,
        depth: Depth,
        skip: &(dyn Fn(&RelPath, Kind) -> bool + Sync),
        each: &mut dyn FnMut(FolderListing) -> ControlFlow<()>,
    ) -> Result<()> {
        scan::scan(&self.root, from, depth, skip, each)
    }

    fn stat(&self, path: &RelPath) -> Result<Option<LocalStamp>> {
        let root = self.root.open()?;
        let found = if path.is_root() {
            fstat(&root)
        } else {
            match root.parent("looking at", path) {
                Ok((folder, name)) => statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW),
                Err(error) if error.kind == DiskErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            }
        };
        match found {
            Ok(stat) => match stamp_of(&stat) {
                Some(stamp) => Ok(Some(stamp)),
                None => {
                    let context = format!("\"{path}\" is neither a file nor a folder");
                    Err(DiskError::new(DiskErrorKind::Special, context))
                }
            },
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(DiskError::io("looking at", path, error.into())),
        }
    }

    fn open(&self, path: &RelPath) -> Result<Box<dyn OpenFile>> {
        Ok(Box::new(self.open_file(path)?))
    }

    fn hash(&self, path: &RelPath) -> Result<(LocalStamp, ContentHash)> {
        self.open_file(path)?.hash()
    }

    fn stage(&self, key: &str) -> Result<Box<dyn Staging>> {
        check_name(key, DiskErrorKind::BadName)?;
        let folder = self.store.directory_made(&self.root.open()?, STAGING)?;
        Ok(Box::new(StagedFile::open(folder, key)?))
    }

    fn open_staged(&self, key: &str) -> Result<Box<dyn OpenFile>> {
        check_name(key, DiskErrorKind::BadName)?;
        let missing = || DiskError::new(DiskErrorKind::NotFound, format!("nothing is staged as \"{key}\""));
        let folder = self.store.directory(&self.root.open()?, STAGING)?.ok_or_else(missing)?;
        let fd = openat(&folder, key, READ_FILE, Mode::empty()).map_err(|_| missing())?;
        Ok(Box::new(LocalFile::new(fd, &RelPath::root())?))
    }

    fn flush(&self) -> Result<()> {
        let root = self.root.open()?;
        syncfs(&root)
            .map_err(|error| DiskError::io("making durable what is in", &RelPath::root(), error.into()))
    }

    fn install(
        &self,
        key: &str,
        at: &RelPath,
        expects: Option<&LocalStamp>,
        mtime_ns: Option<i64>,
        note: &KeepNote,
    ) -> Result<Installed> {
        check_name(key, DiskErrorKind::BadName)?;
        self.swap()?.install(key, at, expects, mtime_ns, note)
    }

    fn keep(&self, path: &RelPath, expects: &LocalStamp, note: &KeepNote) -> Result<KeptItem> {
        self.swap()?.keep(path, expects, note)
    }

    fn keep_staged(
        &self,
        key: &str,
        path: &RelPath,
        mtime_ns: Option<i64>,
        note: &KeepNote,
    ) -> Result<KeptItem> {
        check_name(key, DiskErrorKind::BadName)?;
        self.swap()?.keep_staged(key, path, mtime_ns, note)
    }

    fn make_folder(&self, path: &RelPath) -> Result<LocalStamp> {
        let io = |error: Errno| DiskError::io("making", path, error.into());
        let (folder, name) = self.root.open()?.parent("making", path)?;
        mkdirat(&folder, name, Mode::from_raw_mode(0o777)).map_err(io)?;
        let stat = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW).map_err(io)?;
        stamp_of(&stat).filter(|stamp| stamp.kind == Kind::Folder).ok_or_else(|| io(Errno::NOTDIR))
    }

    fn remove_folder(&self, path: &RelPath) -> Result<()> {
        let (folder, name) = self.root.open()?.parent("removing", path)?;
        unlinkat(&folder, name, AtFlags::REMOVEDIR)
            .map_err(|error| DiskError::io("removing", path, error.into()))
    }

    fn rename(&self, from: &RelPath, to: &RelPath, expects: &LocalStamp) -> Result<LocalStamp> {
        self.swap()?.rename(from, to, expects)
    }

    fn discard(&self, key: &str) -> Result<()> {
        check_name(key, DiskErrorKind::BadName)?;
        match self.store.directory(&self.root.open()?, STAGING)? {
            Some(folder) => staging::remove(&folder, key),
            None => Ok(()),
        }
    }

    fn tidy(&self) {
        self.remove_empty_store();
    }

    fn staged(&self) -> Result<Vec<String>> {
        let Some(folder) = self.store.directory(&self.root.open()?, STAGING)? else { return Ok(Vec::new()) };
        let mut names = plain_names(&folder)
            .map_err(|error| DiskError::system("listing the staging directory failed", error))?;
        names.sort();
        Ok(names)
    }

    fn kept(&self) -> Result<Vec<KeptItem>> {
        match Kept::to_read(&self.store, &self.root.open()?)? {
            Some(kept) => kept.list(),
            None => Ok(Vec::new()),
        }
    }

    fn open_kept(&self, id: &str) -> Result<Box<dyn OpenFile>> {
        match Kept::to_read(&self.store, &self.root.open()?)? {
            Some(kept) => Ok(Box::new(kept.open(id)?)),
            None => Err(not_kept(id)),
        }
    }

    fn restore_kept(&self, id: &str, to: &RelPath) -> Result<LocalStamp> {
        let root = self.root.open()?;
        let kept = Kept::to_read(&self.store, &root)?.ok_or_else(|| not_kept(id))?;
        let staging = self.store.directory_made(&root, STAGING)?;
        let key = format!("restore-{}", new_id(1));
        let put = || -> Result<LocalStamp> {
            self.copy_kept(&kept, id, &staging, &key)?;
            self.make_parents(to)?;
            let (folder, name) = root.parent("writing", to)?;
            let place = Place { folder: &folder, name };
            self.renames
                .into_free(Place { folder: &staging, name: &key }, place)
                .map_err(|error| DiskError::io("writing", to, error))?;
            let stat = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW).ok().and_then(|stat| stamp_of(&stat));
            stat.ok_or_else(|| DiskError::new(DiskErrorKind::Changed, format!("\"{to}\" changed at once")))
        };
        put().inspect_err(|_| {
            let _ = staging::remove(&staging, &key);
        })
    }

    fn purge_kept(&self, before_ns: i64) -> Result<Purged> {
        match Kept::to_remove(&self.store, &self.root.open()?)? {
            Some(kept) => kept.purge(before_ns),
            None => Ok(Purged::default()),
        }
    }
}
