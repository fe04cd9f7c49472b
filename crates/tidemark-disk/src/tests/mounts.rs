//! What only a mount can show. Where none can be made, these tests say so and pass.

use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::BlockedCode;

use super::{Fixture, note, path};
use crate::disk::{Depth, Disk};
use crate::error::DiskErrorKind;
use crate::folder::FolderDisk;
use crate::store::store_for;

/// A small file system in memory, for as long as it lives.
struct Tmpfs(PathBuf);

impl Tmpfs {
    fn at(place: &Path) -> Option<Self> {
        fs::create_dir_all(place).unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(place).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(place.to_owned())),
            refused => {
                println!("nothing can be mounted here, so this isn't tested: {refused:?}");
                None
            }
        }
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
fn f16_a_full_disk_is_said_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let Some(tmpfs) = Tmpfs::at(&dir.path().join("small")) else { return };
    let root = tmpfs.0.join("root");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("a"), "the old one").unwrap();
    let disk = FolderDisk::open(root.clone(), tmpfs.0.join("store")).unwrap();
    let old = disk.stat(&path("a")).unwrap().unwrap();
    let staged = disk.stage("k").unwrap();
    let error = staged.write_at(0, &vec![1; 128 * 1024]).unwrap_err();
    assert_eq!(error.kind, DiskErrorKind::Full);
    assert!(staged.seal(128 * 1024).is_err());
    drop(staged);
    disk.discard("k").unwrap();

    let staged = disk.stage("k").unwrap();
    staged.write_at(0, b"the new one").unwrap();
    staged.seal(11).unwrap();
    drop(staged);
    let mut filler = fs::File::create(root.join("filler")).unwrap();
    while filler.write_all(&[0; 4096]).is_ok() {}
    let result = disk.install("k", &path("a"), Some(&old), None, &note(1));
    match result {
        Ok(_) => assert_eq!(disk.kept().unwrap().len(), 1),
        Err(error) => {
            assert_eq!(error.kind, DiskErrorKind::Full, "{}", error.sentence());
            assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "the old one");
            assert_eq!(disk.staged().unwrap(), ["k"]);
        }
    }
}

#[test]
fn another_file_system_is_not_entered() {
    let f = Fixture::new();
    f.write("dir/file", "");
    let Some(_tmpfs) = Tmpfs::at(&f.at("dir/mounted")) else { return };
    fs::write(f.at("dir/mounted/inside"), "x").unwrap();
    let mut seen = Vec::new();
    f.disk
        .scan(&RelPath::root(), Depth::Whole, &|_, _| false, &mut |listing| {
            seen.extend(listing.problems.iter().map(|problem| (problem.shown.clone(), problem.code)));
            assert!(!listing.folder.as_str().contains("mounted"));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, [("dir/mounted".to_owned(), BlockedCode::OtherFilesystem)]);
    let inside = path("dir/mounted/inside");
    assert_eq!(f.disk.stat(&inside).unwrap_err().kind, DiskErrorKind::Special);
    assert_eq!(f.disk.open(&inside).err().unwrap().kind, DiskErrorKind::Special);
    f.stage("k", "x");
    let error = f.disk.install("k", &path("dir/mounted/new"), None, None, &note(1)).unwrap_err();
    assert_eq!(error.kind, DiskErrorKind::Special);
}

#[test]
fn f03_another_volume_at_the_same_path_is_noticed() {
    let f = Fixture::new();
    f.write("a", "x");
    let before = f.disk.root().unwrap();
    let Some(tmpfs) = Tmpfs::at(&f.at("")) else { return };
    assert_eq!(f.disk.stat(&path("a")).unwrap_err().kind, DiskErrorKind::RootMissing);
    assert_ne!(f.disk.root().unwrap(), before);
    assert_eq!(f.disk.stat(&path("a")).unwrap(), None);
    drop(tmpfs);
    assert_eq!(f.disk.root().unwrap(), before);
}

#[test]
fn the_store_goes_where_files_can_be_renamed_to() {
    let f = Fixture::new();
    let preferred = f.dir.path().join("home/pairs/1");
    assert_eq!(store_for(&f.at(""), &preferred), preferred);
    assert_eq!(store_for(&f.at("missing"), &preferred), preferred);
    let late = FolderDisk::open(f.at("drive"), preferred.clone()).unwrap();
    let Some(_tmpfs) = Tmpfs::at(&f.at("drive")) else { return };
    assert_eq!(store_for(&f.at("drive"), &preferred), f.at("drive/.tidemark"));
    fs::write(f.at("drive/a"), "x").unwrap();
    let stamp = late.stat(&path("a")).unwrap().unwrap();
    late.keep(&path("a"), &stamp, &note(1)).unwrap();
    assert!(f.at("drive/.tidemark/kept").exists() && !preferred.exists());
    assert_eq!(late.kept().unwrap().len(), 1);
}
