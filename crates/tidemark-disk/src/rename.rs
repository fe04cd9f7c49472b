//! The two renames that lose nothing: into a free place, and an exchange. With what is possible where the file system
//! has neither (exFAT, some network mounts).

use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, RenameFlags, fstat, linkat, mkdirat, openat, renameat, renameat_with,
    statat, unlinkat,
};
use rustix::io::Errno;

/// A name in an open directory.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) folder: &'a OwnedFd,
    pub(crate) name: &'a str,
}

/// How renames are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renames {
    /// By the kernel, where the file system can.
    Atomic,
    /// As on a file system that can't.
    #[cfg(test)]
    Plain,
}

impl Renames {
    /// Renames `from` to `to`, where nothing may be (`EEXIST`).
    pub(crate) fn into_free(self, from: Place<'_>, to: Place<'_>) -> io::Result<()> {
        match self.kernel(from, to, RenameFlags::NOREPLACE) {
            Some(done) => done,
            None => plain_into_free(from, to),
        }
    }

    /// Exchanges two files. `None` when the file system can't.
    pub(crate) fn exchange(self, one: Place<'_>, other: Place<'_>) -> Option<io::Result<()>> {
        self.kernel(one, other, RenameFlags::EXCHANGE)
    }

    fn kernel(self, from: Place<'_>, to: Place<'_>, flags: RenameFlags) -> Option<io::Result<()>> {
        #[cfg(test)]
        if self == Self::Plain {
            return None;
        }
        match renameat_with(from.folder, from.name, to.folder, to.name, flags) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => None,
            done => Some(done.map_err(io::Error::from)),
        }
    }
}

/// A file by a second link, which can't replace anything. Where there are no links, and for folders: onto an empty
/// placeholder of our own. What somebody writes into that placeholder in the instant between is noticed for folders
/// (the rename fails); for files that instant remains on such file systems.
fn plain_into_free(from: Place<'_>, to: Place<'_>) -> io::Result<()> {
    let found = statat(from.folder, from.name, AtFlags::SYMLINK_NOFOLLOW)?;
    let is_folder = FileType::from_raw_mode(found.st_mode) == FileType::Directory;
    if !is_folder {
        match linkat(from.folder, from.name, to.folder, to.name, AtFlags::empty()) {
            Ok(()) => return Ok(unlinkat(from.folder, from.name, AtFlags::empty())?),
            Err(Errno::PERM | Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL | Errno::MLINK) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if is_folder {
        mkdirat(to.folder, to.name, Mode::RWXU)?;
        return renameat(from.folder, from.name, to.folder, to.name).map_err(|error| {
            let _ = unlinkat(to.folder, to.name, AtFlags::REMOVEDIR);
            error.into()
        });
    }
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDONLY | OFlags::CLOEXEC;
    let placeholder = openat(to.folder, to.name, flags, Mode::RUSR | Mode::WUSR)?;
    let ours = fstat(&placeholder)?;
    let there = statat(to.folder, to.name, AtFlags::SYMLINK_NOFOLLOW)?;
    if there.st_ino != ours.st_ino || there.st_size != 0 {
        return Err(Errno::EXIST.into());
    }
    renameat(from.folder, from.name, to.folder, to.name).map_err(|error| {
        let _ = unlinkat(to.folder, to.name, AtFlags::empty());
        error.into()
    })
}
