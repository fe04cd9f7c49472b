//! What a file system is and how much it can still take.

use std::path::Path;

use rustix::fs::{Access, access, statfs, statvfs};
use tidemark_core::names::NameRules;

use crate::error::{DiskError, Result};

/// A file system, for reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileSystem {
    /// Bytes that we may still write.
    pub free_bytes: u64,
    /// Its type's name; a number's worth of `unknown` otherwise.
    pub kind: &'static str,
}

const VFAT: i64 = 0x4d44;
const EXFAT: i64 = 0x2011_bab0;
const NTFS3: i64 = 0x7366_746e;
const CIFS: i64 = 0xff53_4d42;
const SMB2: i64 = 0xfe53_4d42;

const KNOWN: [(i64, &str); 16] = [
    (0xef53, "ext4"),
    (0x5846_5342, "xfs"),
    (0x9123_683e, "btrfs"),
    (0x2fc1_2fc1, "zfs"),
    (0xf2f5_2010, "f2fs"),
    (0x0102_1994, "tmpfs"),
    (0x794c_7630, "overlay"),
    (0x6969, "nfs"),
    (0x6573_5546, "fuse"),
    (0x0102_1997, "9p"),
    (VFAT, "vfat"),
    (EXFAT, "exfat"),
    (NTFS3, "ntfs"),
    (CIFS, "cifs"),
    (SMB2, "smb"),
    (0x482b, "hfs+"),
];

/// Says what file system a path is on.
pub fn file_system(path: &Path) -> Result<FileSystem> {
    let failed = |error: rustix::io::Errno| {
        DiskError::system(format!("asking for the file system of {} failed", path.display()), error.into())
    };
    let kind = type_number(path).map_err(failed)?;
    let space = statvfs(path).map_err(failed)?;
    let known = KNOWN.iter().find(|(number, _)| *number == kind);
    Ok(FileSystem {
        free_bytes: space.f_bavail.saturating_mul(space.f_frsize),
        kind: known.map_or("unknown", |(_, name)| name),
    })
}

/// True when the system lets us look into a folder and make files in it.
pub fn may_write(folder: &Path) -> bool {
    access(folder, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// What names a folder's file system stores: those that Windows knows (FAT, NTFS, shares) by its rules, the others all.
pub(crate) fn name_rules(path: &Path) -> NameRules {
    let windows = matches!(type_number(path), Ok(VFAT | EXFAT | NTFS3 | CIFS | SMB2));
    NameRules {
        case_insensitive: windows,
        normalizes: false,
        forbidden: if windows { &['"', '*', ':', '<', '>', '?', '\\', '|'] } else { &[] },
        no_control: windows,
        windows,
        wary: false,
        max_name_bytes: tidemark_core::path::MAX_NAME_BYTES,
        max_path_bytes: None,
    }
}

fn type_number(path: &Path) -> rustix::io::Result<i64> {
    Ok(statfs(path)?.f_type as i64 & 0xffff_ffff)
}
