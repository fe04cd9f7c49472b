//! Files outside of every pair that a person names: a content is copied out to one, or taken in from one.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use crate::disk::{OpenFile, Staging};
use crate::error::{DiskError, DiskErrorKind, Result};

const BUFFER_BYTES: usize = 1 << 20;

/// Copies a content to `to`, where nothing may be. Durable when it returns.
pub fn copy_out(content: &dyn OpenFile, to: &Path) -> Result<u64> {
    let failed = |error| outside("writing", to, error);
    let mut target = OpenOptions::new().write(true).create_new(true).open(to).map_err(failed)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut offset = 0;
    loop {
        match content.read_at(offset, &mut buffer)? {
            0 => break,
            count => {
                target.write_all(&buffer[..count]).map_err(failed)?;
                offset += count as u64;
            }
        }
    }
    target.sync_all().map_err(failed)?;
    Ok(offset)
}

/// Takes the content of the file `from` into a staging file and seals it. Returns its size in bytes.
pub fn copy_in(from: &Path, staging: &dyn Staging) -> Result<u64> {
    let failed = |error| outside("reading", from, error);
    let mut source = File::open(from).map_err(failed)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut offset = 0;
    loop {
        match source.read(&mut buffer).map_err(failed)? {
            0 => break,
            count => {
                staging.write_at(offset, &buffer[..count])?;
                offset += count as u64;
            }
        }
    }
    staging.seal(offset)?;
    Ok(offset)
}

fn outside(doing: &str, path: &Path, error: io::Error) -> DiskError {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => DiskErrorKind::NotFound,
        io::ErrorKind::AlreadyExists => DiskErrorKind::Occupied,
        io::ErrorKind::PermissionDenied => DiskErrorKind::Denied,
        io::ErrorKind::StorageFull => DiskErrorKind::Full,
        _ => DiskErrorKind::Io,
    };
    DiskError { kind, context: format!("{doing} \"{}\" failed", path.display()), source: Some(error) }
}

#[cfg(test)]
mod tests {
    use tidemark_core::path::RelPath;

    use super::*;
    use crate::{Disk, FolderDisk};

    #[test]
    fn a_content_goes_out_and_comes_in_whole_and_never_over_something() {
        let dir = tempfile::tempdir().unwrap();
        let (root, store) = (dir.path().join("root"), dir.path().join("store"));
        std::fs::create_dir(&root).unwrap();
        std::fs::write(root.join("a"), b"content").unwrap();
        let disk = FolderDisk::open(root, store).unwrap();
        let out = dir.path().join("out");
        let file = disk.open(&RelPath::new("a").unwrap()).unwrap();
        assert_eq!(copy_out(&*file, &out).unwrap(), 7);
        assert_eq!(copy_out(&*file, &out).unwrap_err().kind, DiskErrorKind::Occupied);
        assert_eq!(copy_in(&out, &*disk.stage("k").unwrap()).unwrap(), 7);
        let mut bytes = [0; 16];
        assert_eq!(disk.open_staged("k").unwrap().read_at(0, &mut bytes).unwrap(), 7);
        assert_eq!(&bytes[..7], b"content");
        assert_eq!(
            copy_in(&dir.path().join("none"), &*disk.stage("k").unwrap()).unwrap_err().kind,
            DiskErrorKind::NotFound
        );
    }
}
