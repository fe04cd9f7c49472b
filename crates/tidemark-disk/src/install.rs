//! Putting files into place, out of the way, and elsewhere: each step is a rename that destroys nothing, and what it
//! brought to light is looked at afterwards. What isn't the expected file goes back; where even that was overtaken, it
//! stays in the kept store.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{
    AtFlags, Mode, OFlags, Stat, Timespec, Timestamps, UTIME_OMIT, fchmod, fchown, fstat, futimens, openat,
    statat,
};
use rustix::io::Errno;
use tidemark_core::node::{Kind, LocalStamp};
use tidemark_core::path::RelPath;

use crate::beneath::OpenRoot;
use crate::disk::{Installed, KeepNote, KeptItem};
use crate::error::{DiskError, DiskErrorKind, Result};
use crate::kept::Kept;
use crate::rename::{Place, Renames};
use crate::staging;
use crate::stamp::{same_content, stamp_of};
use crate::store::{STAGING, Store};

/// What a swap works with.
pub(crate) struct Swap<'a> {
    pub(crate) root: OpenRoot,
    pub(crate) store: &'a Store,
    pub(crate) renames: Renames,
    #[cfg(test)]
    pub(crate) race: &'a Race,
}

/// An instant in which others can act.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instant {
    Act,
    PutBack,
    SecondStep,
}

#[cfg(test)]
pub(crate) type Race = Box<dyn Fn(Instant) + Send + Sync>;

#[cfg(test)]
macro_rules! instant {
    ($swap:expr, $instant:ident) => {
        ($swap.race)(Instant::$instant)
    };
}

#[cfg(not(test))]
macro_rules! instant {
    ($swap:expr, $instant:ident) => {};
}

impl Swap<'_> {
    /// See [`crate::Disk::install`].
    pub(crate) fn install(
        &self,
        key: &str,
        at: &RelPath,
        expects: Option<&LocalStamp>,
        mtime_ns: Option<i64>,
        note: &KeepNote,
    ) -> Result<Installed> {
        let (folder, name) = self.root.parent("writing", at)?;
        let to = Place { folder: &folder, name };
        let (staging, staged) = self.staged("writing", key, at)?;
        let from = Place { folder: &staging, name: key };
        let installed = match expects {
            None => self.put_new(&staged, from, to, mtime_ns, at)?,
            Some(expected) => self.replace(&staged, from, to, mtime_ns, at, expected, note)?,
        };
        staging::remove_side(&staging, key);
        Ok(installed)
    }

    fn put_new(
        &self,
        staged: &File,
        from: Place<'_>,
        to: Place<'_>,
        mtime_ns: Option<i64>,
        at: &RelPath,
    ) -> Result<Installed> {
        let io = |error| DiskError::io("writing", at, error);
        if stat_at(to).map_err(io)?.is_some() {
            return Err(occupied(at));
        }
        let before = prepare(staged, None, mtime_ns).map_err(io)?;
        instant!(self, Act);
        self.renames.into_free(from, to).map_err(io)?;
        Ok(Installed { stamp: after_rename(staged, before).map_err(io)?, replaced: None })
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a swap has two places, two files and what is said of them"
    )]
    fn replace(
        &self,
        staged: &File,
        from: Place<'_>,
        to: Place<'_>,
        mtime_ns: Option<i64>,
        at: &RelPath,
        expected: &LocalStamp,
        note: &KeepNote,
    ) -> Result<Installed> {
        let io = |error| DiskError::io("writing", at, error);
        let old = hold(to, at, expected)?;
        let before = prepare(staged, Some(&old.stat), mtime_ns).map_err(io)?;
        let kept = Kept::to_add(self.store, &self.root)?;
        let item = kept.announce(at, expected, note, Some(before.inode))?;
        let place = kept.place(&item.id);
        instant!(self, Act);
        // The new content waits at the very place where the old one will be kept: so the exchange itself keeps it.
        self.renames.into_free(from, place).map_err(io)?;
        match self.renames.exchange(place, to) {
            None => {
                self.renames.into_free(place, from).map_err(io)?;
                self.replace_in_two_steps(from, to, place, at, expected)?;
            }
            Some(Err(error)) => {
                self.renames.into_free(place, from).map_err(io)?;
                let gone = error.kind() == io::ErrorKind::NotFound;
                return Err(if gone { unexpected(at) } else { io(error) });
            }
            Some(Ok(())) if is_still(place, expected).map_err(io)? => {}
            Some(Ok(())) => {
                self.exchange_back(&kept, &item, from, to, &before)?;
                return Err(unexpected(at));
            }
        }
        Ok(Installed { stamp: after_rename(staged, before).map_err(io)?, replaced: Some(item) })
    }

    /// Something else than the expected file came out: it goes back. If our new file was itself overtaken in that
    /// instant, what comes out now is kept.
    fn exchange_back(
        &self,
        kept: &Kept,
        item: &KeptItem,
        from: Place<'_>,
        to: Place<'_>,
        ours: &LocalStamp,
    ) -> Result<()> {
        let io = |error| DiskError::io("putting back", &item.path, error);
        let place = kept.place(&item.id);
        instant!(self, PutBack);
        match self.renames.exchange(place, to) {
            Some(Ok(())) if is_still(place, ours).map_err(io)? => {
                self.renames.into_free(place, from).map_err(io)
            }
            Some(Ok(())) => kept.correct(item).map(drop),
            Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
                kept.correct(item)?;
                free_or_leave(self.renames.into_free(place, to)).map_err(io)
            }
            Some(Err(error)) => {
                kept.correct(item)?;
                Err(io(error))
            }
            None => kept.correct(item).map(drop),
        }
    }

    /// Without an exchange: out of the way first, then in. Between the two nothing is at the path, but nothing is lost.
    fn replace_in_two_steps(
        &self,
        from: Place<'_>,
        to: Place<'_>,
        place: Place<'_>,
        at: &RelPath,
        expected: &LocalStamp,
    ) -> Result<()> {
        let io = |error| DiskError::io("writing", at, error);
        match self.renames.into_free(to, place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(unexpected(at)),
            moved => moved.map_err(io)?,
        }
        if !is_still(place, expected).map_err(io)? {
            instant!(self, PutBack);
            free_or_leave(self.renames.into_free(place, to)).map_err(io)?;
            return Err(unexpected(at));
        }
        instant!(self, SecondStep);
        self.renames.into_free(from, to).map_err(|error| {
            let overtaken = error.kind() == io::ErrorKind::AlreadyExists;
            let _ = self.renames.into_free(place, to);
            if overtaken { unexpected(at) } else { io(error) }
        })
    }

    /// See [`crate::Disk::keep`].
    pub(crate) fn keep(&self, path: &RelPath, expected: &LocalStamp, note: &KeepNote) -> Result<KeptItem> {
        if expected.kind == Kind::Folder {
            return Err(DiskError::new(
                DiskErrorKind::Special,
                format!("\"{path}\" is a folder: only files are kept"),
            ));
        }
        let io = |error| DiskError::io("keeping", path, error);
        let (folder, name) = self.root.parent("keeping", path)?;
        let from = Place { folder: &folder, name };
        let _held = hold(from, path, expected)?;
        let kept = Kept::to_add(self.store, &self.root)?;
        let item = kept.announce(path, expected, note, None)?;
        let place = kept.place(&item.id);
        instant!(self, Act);
        match self.renames.into_free(from, place) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(unexpected(path)),
            Err(error) => return Err(io(error)),
        }
        if is_still(place, expected).map_err(io)? {
            return Ok(item);
        }
        kept.correct(&item)?;
        instant!(self, PutBack);
        free_or_leave(self.renames.into_free(place, from)).map_err(io)?;
        Err(unexpected(path))
    }

    /// See [`crate::Disk::keep_staged`].
    pub(crate) fn keep_staged(
        &self,
        key: &str,
        path: &RelPath,
        mtime_ns: Option<i64>,
        note: &KeepNote,
    ) -> Result<KeptItem> {
        let io = |error| DiskError::io("keeping", path, error);
        let (staging, staged) = self.staged("keeping", key, path)?;
        let stamp = prepare(&staged, None, mtime_ns).map_err(io)?;
        let kept = Kept::to_add(self.store, &self.root)?;
        let item = kept.announce(path, &stamp, note, None)?;
        let from = Place { folder: &staging, name: key };
        self.renames.into_free(from, kept.place(&item.id)).map_err(io)?;
        staging::remove_side(&staging, key);
        Ok(item)
    }

    /// The staging directory, and the file of that name in it.
    fn staged(&self, doing: &str, key: &str, for_path: &RelPath) -> Result<(OwnedFd, File)> {
        let staging = self.store.directory(&self.root, STAGING)?.ok_or_else(|| not_staged(key))?;
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match openat(&staging, key, flags, Mode::empty()) {
            Ok(fd) => Ok((staging, File::from(fd))),
            Err(Errno::NOENT) => Err(not_staged(key)),
            Err(error) => Err(DiskError::io(doing, for_path, error.into())),
        }
    }

    /// See [`crate::Disk::rename`].
    pub(crate) fn rename(&self, path: &RelPath, to: &RelPath, expected: &LocalStamp) -> Result<LocalStamp> {
        let io = |error| DiskError::io("moving", path, error);
        if to == path || to.is_below(path) {
            return Err(DiskError::new(
                DiskErrorKind::BadName,
                format!("\"{path}\" can't be moved to \"{to}\""),
            ));
        }
        let (old_folder, old_name) = self.root.parent("moving", path)?;
        let (new_folder, new_name) = self.root.parent("moving to", to)?;
        let from = Place { folder: &old_folder, name: old_name };
        let place = Place { folder: &new_folder, name: new_name };
        let held = hold(from, path, expected)?;
        if stat_at(place).map_err(io)?.is_some() {
            return Err(occupied(to));
        }
        instant!(self, Act);
        match self.renames.into_free(from, place) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(occupied(to)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(unexpected(path)),
            Err(error) => return Err(io(error)),
        }
        if is_still(place, expected).map_err(io)? {
            return after_rename(&held.fd, *expected).map_err(io);
        }
        instant!(self, PutBack);
        free_or_leave(self.renames.into_free(place, from)).map_err(io)?;
        Err(unexpected(path))
    }
}

/// The file that a rename is about, held open so that its inode number can't become another file's.
struct Held {
    fd: OwnedFd,
    stat: Stat,
}

fn hold(place: Place<'_>, path: &RelPath, expected: &LocalStamp) -> Result<Held> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let held = openat(place.folder, place.name, flags, Mode::empty())
        .and_then(|fd| fstat(&fd).map(|stat| Held { fd, stat }));
    match held {
        Ok(held) if stamp_of(&held.stat).as_ref() == Some(expected) => Ok(held),
        Ok(_) | Err(Errno::NOENT) => Err(unexpected(path)),
        Err(error) => Err(DiskError::io("reading", path, error.into())),
    }
}

/// Gives the staged file its time and, where it replaces one, that one's mode and owner as far as we may.
fn prepare(staged: &File, replaced: Option<&Stat>, mtime_ns: Option<i64>) -> io::Result<LocalStamp> {
    if let Some(old) = replaced {
        let ours = fstat(staged)?;
        if (old.st_uid, old.st_gid) != (ours.st_uid, ours.st_gid) {
            let (owner, group) =
                (rustix::fs::Uid::from_raw(old.st_uid), rustix::fs::Gid::from_raw(old.st_gid));
            let _ = fchown(staged, Some(owner), Some(group)).or_else(|_| fchown(staged, None, Some(group)));
        }
        fchmod(staged, Mode::from_raw_mode(old.st_mode & 0o777))?;
    }
    if let Some(mtime_ns) = mtime_ns {
        let last_modification = Timespec {
            tv_sec: mtime_ns.div_euclid(1_000_000_000),
            tv_nsec: mtime_ns.rem_euclid(1_000_000_000),
        };
        let last_access = Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT };
        futimens(staged, &Timestamps { last_access, last_modification })?;
    }
    stamp_of(&fstat(staged)?).ok_or_else(|| Errno::INVAL.into())
}

/// The stamp after our rename. Where somebody wrote into the file since, the stamp from before: it differs from what
/// the next scan sees, so that the write isn't taken for ours.
fn after_rename(file: &impl std::os::fd::AsFd, before: LocalStamp) -> io::Result<LocalStamp> {
    let after = stamp_of(&fstat(file)?).unwrap_or(before);
    Ok(if same_content(&after, &before) { after } else { before })
}

fn is_still(place: Place<'_>, expected: &LocalStamp) -> io::Result<bool> {
    Ok(stat_at(place)?.and_then(|stat| stamp_of(&stat)).is_some_and(|stamp| same_content(&stamp, expected)))
}

fn stat_at(place: Place<'_>) -> io::Result<Option<Stat>> {
    match statat(place.folder, place.name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Putting back where meanwhile something new is: it stays where it is kept.
fn free_or_leave(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        done => done,
    }
}

fn occupied(path: &RelPath) -> DiskError {
    DiskError::new(DiskErrorKind::Occupied, format!("something is at \"{path}\" already"))
}

fn unexpected(path: &RelPath) -> DiskError {
    DiskError::new(DiskErrorKind::Unexpected, format!("\"{path}\" isn't what it was: somebody changed it"))
}

fn not_staged(key: &str) -> DiskError {
    DiskError::new(DiskErrorKind::NotFound, format!("nothing is staged under \"{key}\""))
}
