//! The kept store's journal: one JSON line a content, written before the content is moved there.
//!
//! A line begins and ends with a line break: the torn end that a crash leaves spoils no other line. Lines that can't
//! be read are passed over; what they told of is still listed, by its file.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags, fdatasync, openat, renameat};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::disk::KeptItem;

/// The journal's file name; no id has a dot.
pub(crate) const JOURNAL: &str = "journal.jsonl";
const REWRITTEN: &str = "journal.jsonl.new";
const LONGEST_LINE: u64 = 64 * 1024;

/// What a line says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    /// The content.
    #[serde(flatten)]
    pub(crate) item: KeptItem,
    /// Inode of the new content that lies at its place until the exchange: a file of this inode isn't the old one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) staged_inode: Option<u64>,
}

/// Adds a line.
pub(crate) fn append(folder: &OwnedFd, line: &Line) -> io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut journal = File::from(openat(folder, JOURNAL, flags, Mode::RUSR | Mode::WUSR)?);
    journal.write_all(&text_of(line)?)
}

/// Reads the lines by id.
pub(crate) fn read(folder: &OwnedFd) -> io::Result<HashMap<String, Line>> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let journal = match openat(folder, JOURNAL, flags, Mode::empty()) {
        Ok(fd) => File::from(fd),
        Err(Errno::NOENT) => return Ok(HashMap::new()),
        Err(error) => return Err(error.into()),
    };
    let mut lines = HashMap::new();
    let mut reader = BufReader::new(journal);
    let mut text = Vec::new();
    loop {
        text.clear();
        if io::Read::take(&mut reader, LONGEST_LINE).read_until(b'\n', &mut text)? == 0 {
            return Ok(lines);
        }
        if let Ok(line) = serde_json::from_slice::<Line>(&text) {
            lines.insert(line.item.id.clone(), line);
        }
    }
}

/// Replaces the journal by these lines, atomically; it is durable then.
pub(crate) fn rewrite<'l>(folder: &OwnedFd, lines: impl Iterator<Item = &'l Line>) -> io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = openat(folder, REWRITTEN, flags, Mode::RUSR | Mode::WUSR)?;
    let mut journal = io::BufWriter::new(File::from(fd));
    for line in lines {
        journal.write_all(&text_of(line)?)?;
    }
    fdatasync(journal.into_inner().map_err(io::IntoInnerError::into_error)?)?;
    Ok(renameat(folder, REWRITTEN, folder, JOURNAL)?)
}

fn text_of(line: &Line) -> io::Result<Vec<u8>> {
    let mut text = vec![b'\n'];
    serde_json::to_writer(&mut text, line)?;
    text.push(b'\n');
    Ok(text)
}
