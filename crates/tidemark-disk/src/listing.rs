//! One folder's entries, as the system gives them.

use std::ffi::CStr;
use std::io;
use std::mem::MaybeUninit;

use rustix::fs::{AtFlags, FileType, Mode, RawDir, StatxAttributes, StatxFlags, statat, statx};
use rustix::io::Errno;
use tidemark_core::node::Kind;
use tidemark_core::path::{OWN_FOLDER, PathError, RelPath};
use tidemark_core::plan::operation::BlockedCode;

use crate::beneath::{OpenRoot, READ_FOLDER};
use crate::disk::{Entry, FolderListing, ScanProblem};
use crate::stamp::stamp_of;

/// Prunes what isn't to be reported.
pub(crate) type Skip<'a> = dyn Fn(&RelPath, Kind) -> bool + Sync + 'a;

const BUFFER_BYTES: usize = 64 * 1024;

/// Reads folders, one after the other, with one buffer.
pub(crate) struct Lister<'a> {
    root: &'a OpenRoot,
    skip: &'a Skip<'a>,
    buffer: Vec<u8>,
}

impl<'a> Lister<'a> {
    pub(crate) fn new(root: &'a OpenRoot, skip: &'a Skip<'a>) -> Self {
        Self { root, skip, buffer: Vec::with_capacity(BUFFER_BYTES) }
    }

    /// Lists a folder. Fails when it can't be opened; what goes wrong later is in the listing.
    pub(crate) fn list(&mut self, folder: &RelPath) -> io::Result<FolderListing> {
        let fd = self.root.open(folder.as_str(), READ_FOLDER, Mode::empty())?;
        let mut listing = FolderListing {
            folder: folder.clone(),
            entries: Vec::new(),
            problems: Vec::new(),
            complete: true,
        };
        let buffer: &mut [MaybeUninit<u8>] = self.buffer.spare_capacity_mut();
        let mut names = RawDir::new(&fd, buffer);
        while let Some(next) = names.next() {
            match next {
                Ok(entry) if is_ours(entry.file_name()) => {}
                Ok(entry) => look_at(self.root, self.skip, &fd, entry.file_name(), &mut listing),
                Err(Errno::NOENT) => {
                    listing.complete = false;
                    break;
                }
                Err(error) => {
                    listing.complete = false;
                    listing.problems.push(unreadable(folder, &error.into()));
                    break;
                }
            }
        }
        listing.entries.sort_unstable_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
        listing.problems.sort_by(|a, b| a.shown.cmp(&b.shown));
        Ok(listing)
    }

    /// Lists a folder that another listing named: what fails is in the listing. One that is gone meanwhile, or is no
    /// folder any more, is an incomplete listing without a problem: the next scan will see what became of it.
    pub(crate) fn list_found(&mut self, folder: &RelPath) -> FolderListing {
        self.list(folder).unwrap_or_else(|error| {
            let gone =
                matches!(Errno::from_io_error(&error), Some(Errno::NOENT | Errno::NOTDIR | Errno::LOOP));
            let problems = if gone { Vec::new() } else { vec![unreadable(folder, &error)] };
            FolderListing { folder: folder.clone(), entries: Vec::new(), problems, complete: false }
        })
    }
}

fn look_at(
    root: &OpenRoot,
    skip: &Skip<'_>,
    fd: &std::os::fd::OwnedFd,
    name: &CStr,
    listing: &mut FolderListing,
) {
    let folder = &listing.folder;
    let Ok(text) = name.to_str() else {
        let message = "Its name isn't valid UTF-8; rename it to sync it.";
        listing.problems.push(problem(
            shown_in(folder, name.to_bytes()),
            None,
            BlockedCode::NameNotUtf8,
            message,
        ));
        return;
    };
    let path = match folder.join(text) {
        Ok(path) => path,
        Err(error) => {
            let message = match error {
                PathError::OwnFolder => "This name is Tidemark's own; rename it to sync it.".to_owned(),
                other => format!("It can't be synced: {other}. Give it another name or place."),
            };
            listing.problems.push(problem(
                shown_in(folder, name.to_bytes()),
                None,
                BlockedCode::UnsafePath,
                message,
            ));
            return;
        }
    };
    let stat = match statat(fd, name, AtFlags::SYMLINK_NOFOLLOW | AtFlags::NO_AUTOMOUNT) {
        Ok(stat) => stat,
        Err(Errno::NOENT) => return,
        Err(error) => {
            if !(skip)(&path, Kind::File) && !(skip)(&path, Kind::Folder) {
                let failed = unreadable(&path, &error.into());
                listing.problems.push(ScanProblem { name: Some(text.into()), ..failed });
            }
            return;
        }
    };
    let stamp = stamp_of(&stat);
    if (skip)(&path, stamp.map_or(Kind::File, |stamp| stamp.kind)) {
        return;
    }
    let (code, message) = match stamp {
        Some(stamp)
            if stamp.device == root.identity().device || !is_other_file_system(fd, name, stamp.kind) =>
        {
            listing.entries.push(Entry { name: text.into(), stamp });
            return;
        }
        Some(_) => (
            BlockedCode::OtherFilesystem,
            "Another file system is mounted there; make a pair of its own for it, or ignore it.",
        ),
        None if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink => (
            BlockedCode::Symlink,
            "It is a symbolic link, and links are neither followed nor synced; ignore it, or put the file itself there.",
        ),
        None => (BlockedCode::SpecialFile, "It is neither a file nor a folder; ignore it or remove it."),
    };
    listing.problems.push(problem(shown_in(folder, name.to_bytes()), Some(text.into()), code, message));
}

/// A folder of another device is another file system (or subvolume: nothing can be renamed across). A file of another
/// device may be an overlay's, which shows the lower layer's number; only a mount point is elsewhere.
fn is_other_file_system(fd: &std::os::fd::OwnedFd, name: &CStr, kind: Kind) -> bool {
    kind == Kind::Folder
        || statx(fd, name, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty())
            .map_or(true, |found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

fn is_ours(name: &CStr) -> bool {
    matches!(name.to_bytes(), b"." | b"..") || name.to_bytes() == OWN_FOLDER.as_bytes()
}

/// Says why a file or folder could not be read.
pub(crate) fn unreadable(path: &RelPath, error: &io::Error) -> ScanProblem {
    let shown = if path.is_root() { ".".to_owned() } else { shown(path.as_str().as_bytes()) };
    match Errno::from_io_error(error) {
        Some(Errno::XDEV) => problem(
            shown,
            None,
            BlockedCode::OtherFilesystem,
            "Another file system is mounted there; make a pair of its own for it, or ignore it.",
        ),
        Some(Errno::ACCESS | Errno::PERM) => problem(
            shown,
            None,
            BlockedCode::LocalDenied,
            "The system refuses to read it; give yourself access, or ignore it.",
        ),
        _ => problem(
            shown,
            None,
            BlockedCode::LocalFailed,
            format!("It could not be read: {error}. It is tried again with each sync."),
        ),
    }
}

fn problem(
    shown: String,
    name: Option<Box<str>>,
    code: BlockedCode,
    message: impl Into<String>,
) -> ScanProblem {
    let message = message.into();
    ScanProblem { shown, name, code, message }
}

fn shown_in(folder: &RelPath, name: &[u8]) -> String {
    if folder.is_root() {
        shown(name)
    } else {
        format!("{}/{}", shown(folder.as_str().as_bytes()), shown(name))
    }
}

/// A path or name for people: control characters and broken bytes escaped.
fn shown(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() {
                text.extend(character.escape_default());
            } else {
                text.push(character);
            }
        }
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_can_not_be_written() {
        assert_eq!(shown(b"a\xffb\n\x1b[31mc"), "a\\xffb\\n\\u{1b}[31mc");
        assert_eq!(shown("größe".as_bytes()), "größe");
    }
}
