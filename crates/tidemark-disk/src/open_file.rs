//! Reading a file and noticing when it changes meanwhile.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{OFlags, fstat};
use tidemark_core::node::{ContentHash, Kind, LocalStamp};
use tidemark_core::path::RelPath;

use crate::disk::OpenFile;
use crate::error::{DiskError, DiskErrorKind, Result};
use crate::stamp::stamp_of;

/// How a file is opened to read it: a pipe in its place must not block.
pub(crate) const READ_FILE: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY);

/// Kernels stamp with a clock of up to 10 ms grain (before 6.13): within one grain two writes look alike.
const CLOCK_GRAIN: Duration = Duration::from_millis(11);
const READ_BYTES: usize = 256 * 1024;

/// A file of the root, or of the kept store.
pub(crate) struct LocalFile {
    file: File,
    path: RelPath,
}

impl LocalFile {
    /// Takes an open descriptor. `Special` when it isn't a regular file.
    pub(crate) fn new(fd: OwnedFd, path: &RelPath) -> Result<Self> {
        let opened = Self { file: fd.into(), path: path.clone() };
        opened.stamp()?;
        Ok(opened)
    }

    /// The same for a file that others write: waits out the clock's grain after its last change, so that the stamp of
    /// a later one differs from what [`OpenFile::stamp`] says now.
    #[expect(clippy::disallowed_methods, reason = "the file system's clock, which nobody simulates here")]
    pub(crate) fn settled(fd: OwnedFd, path: &RelPath) -> Result<Self> {
        let opened = Self { file: fd.into(), path: path.clone() };
        let changed = opened.stamp()?.ctime_ns;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let age = now.checked_sub(Duration::from_nanos(changed.max(0) as u64));
        if let Some(rest) = age.and_then(|age| CLOCK_GRAIN.checked_sub(age)) {
            std::thread::sleep(rest);
        }
        Ok(opened)
    }

    /// Hashes it from the start. `Changed` when it was touched meanwhile.
    pub(crate) fn hash(&self) -> Result<(LocalStamp, ContentHash)> {
        let before = self.stamp()?;
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; READ_BYTES.min(before.size as usize + 1)];
        let mut offset = 0;
        loop {
            let read = self.read_at(offset, &mut buffer)?;
            hasher.update(&buffer[..read]);
            offset += read as u64;
            if read < buffer.len() {
                break;
            }
        }
        if self.stamp()? != before || offset != before.size {
            let context = format!("\"{}\" changed while it was read", self.path);
            return Err(DiskError::new(DiskErrorKind::Changed, context));
        }
        Ok((before, ContentHash(*hasher.finalize().as_bytes())))
    }

    pub(crate) fn into_file(self) -> File {
        self.file
    }
}

impl OpenFile for LocalFile {
    fn stamp(&self) -> Result<LocalStamp> {
        let stat = fstat(&self.file).map_err(|error| DiskError::io("reading", &self.path, error.into()))?;
        match stamp_of(&stat) {
            Some(stamp) if stamp.kind == Kind::File => Ok(stamp),
            _ => Err(DiskError::new(DiskErrorKind::Special, format!("\"{}\" isn't a file", self.path))),
        }
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(DiskError::io("reading", &self.path, error)),
            }
        }
        Ok(filled)
    }
}
