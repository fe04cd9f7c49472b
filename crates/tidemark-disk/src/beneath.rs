//! Opening things below the root: no symbolic link, no way out, no other file system.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, ResolveFlags, fstat, openat, openat2, statat};
use rustix::io::Errno;
use tidemark_core::path::RelPath;

use crate::disk::RootIdentity;
use crate::error::{DiskError, DiskErrorKind, Result};

/// A folder that is only passed through.
pub(crate) const PASS: OFlags = OFlags::PATH.union(OFlags::DIRECTORY);
/// A folder that is read, locked or synced.
pub(crate) const READ_FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);

/// The root by its path. It is opened for each call, so that nothing keeps a drive from being unmounted, and it must
/// be the folder that it was when [`Root::identify`] last looked.
pub(crate) struct Root {
    path: PathBuf,
    seen: Mutex<Option<RootIdentity>>,
}

/// The root, open.
pub(crate) struct OpenRoot {
    fd: OwnedFd,
    identity: RootIdentity,
}

impl Root {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, seen: Mutex::new(None) }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Which folder is there now; later calls hold on to it.
    pub(crate) fn identify(&self) -> Result<RootIdentity> {
        let identity = self.open_any()?.identity;
        *self.seen.lock().unwrap_or_else(|e| e.into_inner()) = Some(identity);
        Ok(identity)
    }

    /// Opens the folder that was identified last. `RootMissing` when another one is in its place.
    pub(crate) fn open(&self) -> Result<OpenRoot> {
        let root = self.open_any()?;
        let mut seen = self.seen.lock().unwrap_or_else(|e| e.into_inner());
        if *seen.get_or_insert(root.identity) != root.identity {
            return Err(DiskError::new(
                DiskErrorKind::RootMissing,
                format!(
                    "another folder is in the place of {}: was a drive unmounted or changed?",
                    self.path.display()
                ),
            ));
        }
        Ok(root)
    }

    fn open_any(&self) -> Result<OpenRoot> {
        let flags = READ_FOLDER | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = openat(rustix::fs::CWD, &self.path, flags, Mode::empty())
            .and_then(|fd| fstat(&fd).map(|stat| (fd, stat)));
        match opened {
            Ok((fd, stat)) => {
                Ok(OpenRoot { fd, identity: RootIdentity { device: stat.st_dev, inode: stat.st_ino } })
            }
            Err(error) => Err(self.missing(error)),
        }
    }

    fn missing(&self, error: Errno) -> DiskError {
        let shown = self.path.display();
        let mut failed = DiskError::io("opening", &RelPath::root(), error.into());
        (failed.kind, failed.context) = match error {
            Errno::NOENT => (DiskErrorKind::RootMissing, format!("the folder {shown} isn't there")),
            Errno::NOTDIR | Errno::LOOP => (DiskErrorKind::RootNotFolder, format!("{shown} isn't a folder")),
            _ => (failed.kind, format!("the folder {shown} can't be opened")),
        };
        failed
    }
}

impl OpenRoot {
    pub(crate) fn identity(&self) -> RootIdentity {
        self.identity
    }

    /// Opens what is at `path` with `flags`, and `mode` where it is made.
    pub(crate) fn open(&self, path: &str, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
        let path = if path.is_empty() { "." } else { path };
        let flags = flags | OFlags::CLOEXEC;
        let resolve = ResolveFlags::BENEATH
            | ResolveFlags::NO_SYMLINKS
            | ResolveFlags::NO_MAGICLINKS
            | ResolveFlags::NO_XDEV;
        loop {
            match openat2(&self.fd, path, flags, mode, resolve) {
                Err(Errno::AGAIN) => continue,
                Err(Errno::NOSYS | Errno::PERM) => {
                    return self.open_stepwise(path, flags | OFlags::NOFOLLOW, mode);
                }
                opened => return Ok(opened?),
            }
        }
    }

    /// Opens the folder that holds `path` and names `path` in it. The root itself is in no folder: `BadName`.
    pub(crate) fn parent<'p>(&self, doing: &str, path: &'p RelPath) -> Result<(OwnedFd, &'p str)> {
        if path.is_root() {
            return Err(DiskError::new(
                DiskErrorKind::BadName,
                format!("{doing} the folder itself isn't possible"),
            ));
        }
        let parent = self
            .open(path.parent_str(), PASS, Mode::empty())
            .map_err(|error| DiskError::io(doing, path, error))?;
        Ok((parent, path.name()))
    }

    /// The same for kernels and sandboxes without `openat2`: a component at a time, none of them a link.
    fn open_stepwise(&self, path: &str, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
        let mut folder = openat(&self.fd, ".", PASS | OFlags::CLOEXEC, Mode::empty())?;
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        for component in above.split('/').filter(|part| !part.is_empty()) {
            folder =
                self.step(&folder, component, PASS | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
        }
        self.step(&folder, name, flags, mode)
    }

    fn step(&self, folder: &OwnedFd, name: &str, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
        if name == ".." {
            return Err(Errno::XDEV.into());
        }
        let opened = openat(folder, name, flags, mode).map_err(|error| match error {
            Errno::NOTDIR if is_link(folder, name) => Errno::LOOP,
            other => other,
        })?;
        let stat = fstat(&opened)?;
        if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink {
            return Err(Errno::LOOP.into());
        }
        if stat.st_dev != self.identity.device {
            return Err(Errno::XDEV.into());
        }
        Ok(opened)
    }
}

impl AsFd for OpenRoot {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn is_link(folder: &OwnedFd, name: &str) -> bool {
    statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn both_ways_of_opening_stay_below_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().join("root");
        fs::create_dir_all(top.join("a/b")).unwrap();
        fs::write(dir.path().join("secret"), "x").unwrap();
        fs::write(top.join("a/b/file"), "x").unwrap();
        symlink("../..", top.join("a/out")).unwrap();
        symlink("b", top.join("a/in")).unwrap();
        symlink("file", top.join("a/b/link")).unwrap();
        let root = Root::new(top).open().unwrap();
        for stepwise in [false, true] {
            let open = |path| match stepwise {
                false => root.open(path, OFlags::RDONLY, Mode::empty()),
                true => root.open_stepwise(path, OFlags::RDONLY | OFlags::NOFOLLOW, Mode::empty()),
            };
            assert!(open("a/b/file").is_ok());
            for (path, error) in [
                ("a/out/secret", Errno::LOOP),
                ("a/in/file", Errno::LOOP),
                ("a/b/link", Errno::LOOP),
                ("../secret", Errno::XDEV),
                ("a/b/file/x", Errno::NOTDIR),
                ("a/none/x", Errno::NOENT),
            ] {
                assert_eq!(open(path).unwrap_err().raw_os_error(), Some(error.raw_os_error()), "{path}");
            }
        }
    }

    #[test]
    fn another_folder_in_its_place_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().join("root");
        fs::create_dir(&top).unwrap();
        let root = Root::new(top.clone());
        root.open().unwrap();
        fs::rename(&top, dir.path().join("away")).unwrap();
        assert_eq!(root.open().err().unwrap().kind, DiskErrorKind::RootMissing);
        fs::create_dir(&top).unwrap();
        assert_eq!(root.open().err().unwrap().kind, DiskErrorKind::RootMissing);
        root.identify().unwrap();
        root.open().unwrap();
    }
}
