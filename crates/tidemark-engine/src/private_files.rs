//! Files and folders that only their owner may read: everything in the home directory is made here.

#![expect(clippy::disallowed_methods, reason = "the home directory is the client's own")]

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Makes a folder and what is missing above it, mode 0700. One that is there already stays as it is.
pub fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens a file for reading and writing, made with mode 0600 where it isn't there.
pub fn open(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().read(true).write(true).create(true)).open(path)
}

/// Opens a file to write at its end, made with mode 0600 where it isn't there.
pub fn open_to_append(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().append(true).create(true)).open(path)
}

/// Puts `bytes` in the place of a file as one step, mode 0600: after a crash it holds the old bytes or the new ones.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_with(path, &[bytes])
}

/// The same with bytes that come in parts.
pub fn replace_with(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let beside = beside(path);
    let written =
        private(OpenOptions::new().write(true).create_new(true)).open(&beside).and_then(|mut file| {
            parts.iter().try_for_each(|part| file.write_all(part))?;
            file.sync_all()
        });
    if let Err(error) = written.and_then(|()| fs::rename(&beside, path)) {
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Reads a text of at most `limit` bytes; `None` when there is no such file.
pub fn read(path: &Path, limit: u64) -> io::Result<Option<String>> {
    let Some(file) = open_to_read(path)? else { return Ok(None) };
    let mut text = String::new();
    file.take(limit + 1).read_to_string(&mut text)?;
    if text.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {limit} bytes")));
    }
    Ok(Some(text))
}

/// Reads a file's first bytes, fewer where it is shorter; `None` when there is no such file.
pub fn read_head(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let Some(file) = open_to_read(path)? else { return Ok(None) };
    let mut head = Vec::new();
    file.take(most).read_to_end(&mut head)?;
    Ok(Some(head))
}

fn open_to_read(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", uuid::Uuid::new_v4()));
    path.with_file_name(name)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn only_the_owner_reads_what_is_made_here() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b");
        make_folder(&folder).unwrap();
        let file = folder.join("file");
        replace(&file, b"one").unwrap();
        replace(&file, b"two").unwrap();
        assert_eq!((mode(&dir.path().join("a")), mode(&folder), mode(&file)), (0o700, 0o700, 0o600));
        assert_eq!(read(&file, 3).unwrap().as_deref(), Some("two"));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn reads_no_more_than_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        replace(&file, b"four").unwrap();
        assert_eq!(read(&file, 3).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(read(&dir.path().join("none"), 3).unwrap(), None);
    }
}
