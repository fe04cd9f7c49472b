//! What the system says of a file, as a stamp.

use rustix::fs::{FileType, Stat};
use tidemark_core::node::{Kind, LocalStamp};

/// The stamp of a file or folder; `None` for links, pipes and the like.
pub(crate) fn stamp_of(stat: &Stat) -> Option<LocalStamp> {
    let kind = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        _ => return None,
    };
    let (inode, device) = (stat.st_ino, stat.st_dev);
    Some(match kind {
        Kind::Folder => LocalStamp { kind, size: 0, mtime_ns: 0, ctime_ns: 0, inode, device },
        Kind::File => LocalStamp {
            kind,
            size: stat.st_size as u64,
            mtime_ns: nanoseconds(stat.st_mtime, stat.st_mtime_nsec as i64),
            ctime_ns: nanoseconds(stat.st_ctime, stat.st_ctime_nsec as i64),
            inode,
            device,
        },
    })
}

/// True when two stamps tell the same content of the same file, leaving aside the time that a rename itself changes.
pub(crate) fn same_content(one: &LocalStamp, other: &LocalStamp) -> bool {
    LocalStamp { ctime_ns: 0, ..*one } == LocalStamp { ctime_ns: 0, ..*other }
}

fn nanoseconds(seconds: i64, nanos: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
}
