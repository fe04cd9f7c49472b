//! The log: `logs/tidemark.log` of the home directory, at most two files of 5 MB; and stderr with `-v`.

#![expect(clippy::disallowed_methods, reason = "logs are the client's own, at the time of this computer")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use tidemark_engine::private_files;
use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

const MAX_BYTES: u64 = 5_000_000;

/// Starts logging. The folder and the file are made with the first line.
pub(crate) fn start(folder: PathBuf, verbose: u8) {
    let ours = |level| Targets::new().with_target("tidemark", level);
    let file = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Mutex::new(LogFile { folder, open: None }))
        .with_filter(ours(Level::INFO));
    let level = match verbose {
        0 => None,
        1 => Some(Level::INFO),
        _ => Some(Level::DEBUG),
    };
    let stderr = level.map(|level| {
        tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_target(false)
            .with_writer(io::stderr)
            .with_filter(ours(level))
    });
    let _ = tracing_subscriber::registry().with(file).with(stderr).try_init();
}

struct LogFile {
    folder: PathBuf,
    open: Option<(File, u64)>,
}

impl LogFile {
    fn open(&mut self) -> io::Result<&mut (File, u64)> {
        if self.open.as_ref().is_some_and(|(_, size)| *size >= MAX_BYTES) {
            self.open = None;
        }
        if self.open.is_none() {
            private_files::make_folder(&self.folder)?;
            let path = self.folder.join("tidemark.log");
            if fs::metadata(&path).is_ok_and(|found| found.len() >= MAX_BYTES) {
                fs::rename(&path, self.folder.join("tidemark.log.1"))?;
            }
            let file = private_files::open_to_append(&path)?;
            let size = file.metadata()?.len();
            self.open = Some((file, size));
        }
        self.open.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Write for LogFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (file, size) = self.open()?;
        let written = file.write(bytes)?;
        *size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_log_gives_way_to_a_fresh_one() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("logs");
        let mut log = LogFile { folder: folder.clone(), open: None };
        log.write_all(b"one\n").unwrap();
        File::options().append(true).open(folder.join("tidemark.log")).unwrap().set_len(MAX_BYTES).unwrap();
        let mut log = LogFile { folder: folder.clone(), open: None };
        log.write_all(b"two\n").unwrap();
        assert_eq!(fs::read_to_string(folder.join("tidemark.log")).unwrap(), "two\n");
        assert_eq!(fs::metadata(folder.join("tidemark.log.1")).unwrap().len(), MAX_BYTES);
    }
}
