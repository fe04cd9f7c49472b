//! Where staged and kept files lie: a directory on the root's own file system, made when something is put into it.

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, StatxFlags, mkdirat, openat, statx};
use rustix::io::Errno;
use tidemark_core::path::OWN_FOLDER;

use crate::beneath::{OpenRoot, READ_FOLDER};
use crate::disk::RootIdentity;
use crate::error::{DiskError, DiskErrorKind, Result};

/// Files that are being made.
pub(crate) const STAGING: &str = "staging";
/// Contents that were replaced or deleted.
pub(crate) const KEPT: &str = "kept";

/// Says where the store of a root goes: `preferred` where files can be renamed between it and the root, else
/// `.tidemark` in the root itself. A root that isn't there counts as near; [`crate::FolderDisk`] looks again when it is.
pub fn store_for(root: &Path, preferred: &Path) -> PathBuf {
    match mount_of(CWD, root) {
        Some(mount) if mount_of(CWD, nearest_existing(preferred)) != Some(mount) => root.join(OWN_FOLDER),
        _ => preferred.to_owned(),
    }
}

/// A store. Directories in it are opened for each call, as the root is.
pub(crate) struct Store {
    place: Place,
    /// Where it turned out to be, for the root that it was looked up for.
    found: Mutex<Option<(RootIdentity, Arc<Place>)>>,
}

enum Place {
    /// In the root: reached through it, so that no link leads out.
    Inside(String),
    /// Elsewhere on the same file system.
    Outside(PathBuf),
}

impl Store {
    /// Fails when the store would be the root itself.
    pub(crate) fn new(root: &Path, store: PathBuf) -> Result<Self> {
        let place = match store.strip_prefix(root) {
            Err(_) => Place::Outside(store),
            Ok(below) => match below.to_str() {
                Some(below) if !below.is_empty() => Place::Inside(below.to_owned()),
                _ => {
                    let context =
                        format!("{} can't be the store: it needs a name of its own", store.display());
                    return Err(DiskError::new(DiskErrorKind::BadName, context));
                }
            },
        };
        Ok(Self { place, found: Mutex::new(None) })
    }

    /// Where it is for this root.
    fn place(&self, root: &OpenRoot) -> Arc<Place> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((identity, place)) = &*found
            && *identity == root.identity()
        {
            return Arc::clone(place);
        }
        let place = Arc::new(match &self.place {
            Place::Outside(store) if mount_of(root, ".") == mount_of(CWD, nearest_existing(store)) => {
                Place::Outside(store.clone())
            }
            Place::Outside(_) => Place::Inside(OWN_FOLDER.to_owned()),
            Place::Inside(below) => Place::Inside(below.clone()),
        });
        *found = Some((root.identity(), Arc::clone(&place)));
        place
    }

    /// Opens one of its directories; `None` when it isn't there.
    pub(crate) fn directory(&self, root: &OpenRoot, name: &str) -> Result<Option<OwnedFd>> {
        self.place(root).directory(root, name)
    }

    /// Opens one of its directories, making what is missing.
    pub(crate) fn directory_made(&self, root: &OpenRoot, name: &str) -> Result<OwnedFd> {
        self.place(root).directory_made(root, name)
    }

    /// Removes its directories where they are empty.
    pub(crate) fn remove_empty(&self, root: &OpenRoot) {
        self.place(root).remove_empty(root);
    }
}

impl Place {
    fn directory(&self, root: &OpenRoot, name: &str) -> Result<Option<OwnedFd>> {
        match self.open(root, name) {
            Ok(fd) => Ok(Some(fd)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("opening", error)),
        }
    }

    fn directory_made(&self, root: &OpenRoot, name: &str) -> Result<OwnedFd> {
        if let Some(fd) = self.directory(root, name)? {
            return Ok(fd);
        }
        self.make(root, name).map_err(|error| self.failed("making", error))?;
        self.open(root, name).map_err(|error| self.failed("opening", error))
    }

    fn remove_empty(&self, root: &OpenRoot) {
        match self {
            Self::Outside(store) => {
                let _ = fs::remove_dir(store.join(STAGING));
                let _ = fs::remove_dir(store.join(KEPT));
            }
            Self::Inside(below) => {
                for path in [format!("{below}/{STAGING}"), format!("{below}/{KEPT}"), below.clone()] {
                    let (above, name) = path.rsplit_once('/').unwrap_or(("", &path));
                    if let Ok(parent) = root.open(above, crate::beneath::PASS, Mode::empty()) {
                        let _ = rustix::fs::unlinkat(&parent, name, AtFlags::REMOVEDIR);
                    }
                }
            }
        }
    }

    fn open(&self, root: &OpenRoot, name: &str) -> io::Result<OwnedFd> {
        match self {
            Self::Inside(below) => root.open(&format!("{below}/{name}"), READ_FOLDER, Mode::empty()),
            Self::Outside(store) => {
                let flags = READ_FOLDER | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                Ok(openat(CWD, store.join(name), flags, Mode::empty())?)
            }
        }
    }

    fn make(&self, root: &OpenRoot, name: &str) -> io::Result<()> {
        match self {
            Self::Outside(store) => {
                fs::DirBuilder::new().recursive(true).mode(0o700).create(store.join(name))
            }
            Self::Inside(below) => {
                let path = format!("{below}/{name}");
                let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
                for end in ends {
                    let (above, part) = path[..end].rsplit_once('/').unwrap_or(("", &path[..end]));
                    let parent = root.open(above, crate::beneath::PASS, Mode::empty())?;
                    match mkdirat(&parent, part, Mode::RWXU) {
                        Ok(()) | Err(Errno::EXIST) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                Ok(())
            }
        }
    }

    fn failed(&self, doing: &str, error: io::Error) -> DiskError {
        let shown = match self {
            Self::Inside(below) => below.clone(),
            Self::Outside(store) => store.display().to_string(),
        };
        DiskError::system(format!("{doing} the store {shown} failed"), error)
    }
}

fn nearest_existing(path: &Path) -> &Path {
    path.ancestors().find(|path| path.symlink_metadata().is_ok()).unwrap_or(path)
}

/// Device and mount: nothing can be renamed from one mount to another, even of the same device.
fn mount_of<P: rustix::path::Arg>(folder: impl AsFd, path: P) -> Option<(u32, u32, u64)> {
    let found = statx(folder, path, AtFlags::empty(), StatxFlags::MNT_ID).ok()?;
    Some((found.stx_dev_major, found.stx_dev_minor, found.stx_mnt_id))
}
