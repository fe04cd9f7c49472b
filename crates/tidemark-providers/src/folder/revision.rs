//! Ids and revisions of files and folders.

use tidemark_core::node::{Kind, LocalStamp, Remote, RemoteId, Revision};

/// What a stamp is at the service's side.
pub(super) fn remote_of(stamp: &LocalStamp) -> Remote {
    let is_file = stamp.kind == Kind::File;
    Remote {
        kind: stamp.kind,
        id: id_of(stamp),
        revision: revision_of(stamp),
        size: is_file.then_some(stamp.size),
        modified_ns: is_file.then_some(stamp.mtime_ns),
        hash: None,
        write_only: false,
    }
}

/// The inode. A listing never leaves its file system, so that it is unique there.
fn id_of(stamp: &LocalStamp) -> RemoteId {
    let mut text = Text::default();
    text.number(stamp.inode);
    RemoteId(text.as_str().into())
}

/// Size, time of modification, time of change and inode, in hexadecimal; empty for a folder.
pub(super) fn revision_of(stamp: &LocalStamp) -> Revision {
    let mut text = Text::default();
    if stamp.kind == Kind::File {
        for (place, number) in
            [stamp.size, stamp.mtime_ns as u64, stamp.ctime_ns as u64, stamp.inode].into_iter().enumerate()
        {
            if place > 0 {
                text.byte(b'.');
            }
            text.number(number);
        }
    }
    Revision(text.as_str().into())
}

/// A short text on the stack: a listing makes two of them for each entry.
struct Text {
    bytes: [u8; 4 * 16 + 3],
    length: usize,
}

impl Default for Text {
    fn default() -> Self {
        Self { bytes: [0; 67], length: 0 }
    }
}

impl Text {
    fn byte(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    fn number(&mut self, number: u64) {
        let digits = (16 - number.leading_zeros() / 4).max(1);
        for place in (0..digits).rev() {
            self.byte(b"0123456789abcdef"[(number >> (4 * place)) as usize & 15]);
        }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn every_part_of_a_stamp_counts() {
        let stamp = LocalStamp {
            kind: Kind::File,
            size: 0,
            mtime_ns: -1,
            ctime_ns: i64::MAX,
            inode: 0x1f,
            device: 7,
        };
        let mut text = String::new();
        write!(text, "{:x}.{:x}.{:x}.{:x}", 0, u64::MAX, i64::MAX, 0x1f).unwrap();
        assert_eq!(&*revision_of(&stamp).0, text);
        let all = LocalStamp { size: u64::MAX, ctime_ns: -1, inode: u64::MAX, ..stamp };
        assert_eq!(revision_of(&all).0.len(), 67);
        for other in [
            LocalStamp { size: 1, ..stamp },
            LocalStamp { mtime_ns: 1, ..stamp },
            LocalStamp { ctime_ns: 1, ..stamp },
            LocalStamp { inode: 1, ..stamp },
        ] {
            assert_ne!(revision_of(&other), revision_of(&stamp));
        }
        let folder = remote_of(&LocalStamp { kind: Kind::Folder, ..stamp });
        assert_eq!((&*folder.id.0, &*folder.revision.0, folder.size), ("1f", "", None));
    }
}
