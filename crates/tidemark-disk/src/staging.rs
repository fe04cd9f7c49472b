//! Files in the making. What is told to be there after a restart is what was made durable before: a side file holds
//! the ranges and is written only after the data. Small files are simply begun again.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{
    AtFlags, FlockOperation, Mode, OFlags, fdatasync, flock, ftruncate, openat, renameat, unlinkat,
};
use rustix::io::Errno;
use tidemark_core::node::ContentHash;

use crate::disk::Staging;
use crate::error::{DiskError, DiskErrorKind, Result};
use crate::kept::plain_names;
use crate::ranges::Ranges;

/// So much may have to be fetched again after a crash.
const CHECKPOINT_BYTES: u64 = 16 * 1024 * 1024;
/// Less than this isn't worth a side file when a transfer is broken off.
const WORTH_KEEPING: u64 = 1024 * 1024;
const READ_BYTES: usize = 1024 * 1024;

/// A staging file of the disk.
pub(crate) struct StagedFile {
    folder: OwnedFd,
    file: File,
    key: String,
    state: Mutex<State>,
}

struct State {
    written: Ranges,
    durable: Ranges,
    pending: u64,
    hasher: blake3::Hasher,
    hashed: u64,
    sealed: bool,
}

impl StagedFile {
    /// Opens it, with what is durable of an earlier attempt.
    pub(crate) fn open(folder: OwnedFd, key: &str) -> Result<Self> {
        let open = || -> io::Result<(File, Ranges)> {
            let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let file = File::from(openat(&folder, key, flags, Mode::from_raw_mode(0o666))?);
            // Says that somebody is at it; see `remove_abandoned`.
            let _ = flock(&file, FlockOperation::NonBlockingLockShared);
            let durable = read_side(&folder, key, file.metadata()?.len());
            if durable.as_slice().is_empty() {
                file.set_len(0)?;
            }
            Ok((file, durable))
        };
        let (file, durable) = open().map_err(|error| failed(key, error))?;
        let state = State {
            written: durable.clone(),
            durable,
            pending: 0,
            hasher: blake3::Hasher::new(),
            hashed: 0,
            sealed: false,
        };
        Ok(Self { folder, file, key: key.to_owned(), state: Mutex::new(state) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes what is written durable, then says so in the side file.
    fn checkpoint(&self, state: &mut State) -> io::Result<()> {
        let written = state.written.clone();
        fdatasync(&self.file)?;
        write_side(&self.folder, &self.key, &written)?;
        state.durable = written;
        state.pending = 0;
        Ok(())
    }
}

impl Staging for StagedFile {
    fn present(&self) -> Vec<Range<u64>> {
        self.lock().durable.as_slice().to_vec()
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<()> {
        let end = offset.checked_add(bytes.len() as u64).ok_or_else(|| {
            DiskError::new(
                DiskErrorKind::Io,
                format!("staging \"{}\" at an offset beyond all files", self.key),
            )
        })?;
        self.file.write_all_at(bytes, offset).map_err(|error| failed(&self.key, error))?;
        let mut state = self.lock();
        if offset < state.hashed && !bytes.is_empty() {
            state.hasher.reset();
            state.hashed = 0;
        }
        if offset == state.hashed {
            state.hasher.update(bytes);
            state.hashed = end;
        }
        state.written.add(offset..end);
        state.pending += bytes.len() as u64;
        state.sealed = false;
        if state.pending >= CHECKPOINT_BYTES {
            self.checkpoint(&mut state).map_err(|error| failed(&self.key, error))?;
        }
        Ok(())
    }

    fn read_at(&self, range: Range<u64>) -> Result<Vec<u8>> {
        let mut bytes = vec![0; range.end.saturating_sub(range.start) as usize];
        let read = self.file.read_exact_at(&mut bytes, range.start);
        read.map(|()| bytes).map_err(|error| failed(&self.key, error))
    }

    fn seal(&self, size: u64) -> Result<ContentHash> {
        let mut state = self.lock();
        if !state.written.covers(size) {
            let context = format!("staging \"{}\": not all of its {size} bytes were written", self.key);
            return Err(DiskError::new(DiskErrorKind::Io, context));
        }
        ftruncate(&self.file, size).map_err(|error| failed(&self.key, error.into()))?;
        if state.hashed > size {
            state.hasher.reset();
            state.hashed = 0;
        }
        let mut buffer = vec![0; READ_BYTES.min((size - state.hashed) as usize)];
        while state.hashed < size {
            let part = (size - state.hashed).min(READ_BYTES as u64) as usize;
            let read = self.file.read_exact_at(&mut buffer[..part], state.hashed);
            read.map_err(|error| failed(&self.key, error))?;
            state.hasher.update(&buffer[..part]);
            state.hashed += part as u64;
        }
        state.sealed = true;
        Ok(ContentHash(*state.hasher.finalize().as_bytes()))
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        let mut state = self.lock();
        if !state.sealed && state.pending >= WORTH_KEEPING {
            let _ = self.checkpoint(&mut state);
        }
    }
}

/// Removes a staging file and its side file; it is fine when there is none.
pub(crate) fn remove(folder: &OwnedFd, key: &str) -> Result<()> {
    remove_side(folder, key);
    match unlinkat(folder, key, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(failed(key, error.into())),
    }
}

/// Removes the staging files that nobody has open.
pub(crate) fn remove_abandoned(folder: &OwnedFd) -> Result<()> {
    let listing = |error| DiskError::system("listing the staging directory failed", error);
    for key in plain_names(folder).map_err(listing)? {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        if let Ok(file) = openat(folder, key.as_str(), flags, Mode::empty())
            && flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()
        {
            remove(folder, &key)?;
        }
    }
    Ok(())
}

/// Removes a side file; it is fine when there is none.
pub(crate) fn remove_side(folder: &OwnedFd, key: &str) {
    let _ = unlinkat(folder, side_name(key), AtFlags::empty());
}

fn read_side(folder: &OwnedFd, key: &str, length: u64) -> Ranges {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let Ok(fd) = openat(folder, side_name(key), flags, Mode::empty()) else { return Ranges::default() };
    let ranges: Vec<(u64, u64)> =
        serde_json::from_reader(io::BufReader::new(File::from(fd))).unwrap_or_default();
    ranges
        .into_iter()
        .filter(|(start, end)| start < end && *end <= length)
        .map(|(start, end)| start..end)
        .collect()
}

fn write_side(folder: &OwnedFd, key: &str, ranges: &Ranges) -> io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let temporary = format!("{key}.ranges.new");
    let side = File::from(openat(folder, &temporary, flags, Mode::RUSR | Mode::WUSR)?);
    let pairs: Vec<(u64, u64)> = ranges.as_slice().iter().map(|range| (range.start, range.end)).collect();
    serde_json::to_writer(&side, &pairs)?;
    fdatasync(&side)?;
    Ok(renameat(folder, temporary, folder, side_name(key))?)
}

fn side_name(key: &str) -> String {
    format!("{key}.ranges")
}

fn failed(key: &str, error: io::Error) -> DiskError {
    DiskError::system(format!("staging \"{key}\" failed"), error)
}
