use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use super::{Fixture, note, path};
use crate::disk::Disk;
use crate::error::DiskErrorKind;
use crate::folder::FolderDisk;
use crate::rename::Renames;

fn with_each_kind_of_rename(test: impl Fn(Fixture)) {
    for renames in [Renames::Atomic, Renames::Plain] {
        let mut fixture = Fixture::new();
        fixture.disk.renames = renames;
        test(fixture);
    }
}

#[test]
fn installs_a_new_file_with_its_time_and_usual_mode() {
    with_each_kind_of_rename(|f| {
        f.stage("k1", "hello");
        let mtime = 1_600_000_000_123_456_789;
        let installed = f.disk.install("k1", &path("a.txt"), None, Some(mtime), &note(1)).unwrap();
        assert_eq!(f.text("a.txt"), "hello");
        assert!(installed.replaced.is_none());
        assert_eq!(installed.stamp.mtime_ns, mtime);
        assert_eq!(Some(installed.stamp), f.disk.stat(&path("a.txt")).unwrap());
        fs::write(f.at("other"), "x").unwrap();
        let mode = |name: &str| fs::metadata(f.at(name)).unwrap().permissions().mode();
        assert_eq!(mode("a.txt"), mode("other"));
        assert!(f.disk.staged().unwrap().is_empty());
    });
}

#[test]
fn never_installs_over_what_was_not_expected() {
    with_each_kind_of_rename(|f| {
        f.write("a.txt", "mine");
        f.stage("k", "theirs");
        let error = f.disk.install("k", &path("a.txt"), None, None, &note(1)).unwrap_err();
        assert_eq!(error.kind, DiskErrorKind::Occupied);
        let stale = f.disk.stat(&path("a.txt")).unwrap().unwrap();
        fs::write(f.at("a.txt"), "mine, saved again").unwrap();
        let error = f.disk.install("k", &path("a.txt"), Some(&stale), None, &note(1)).unwrap_err();
        assert_eq!(error.kind, DiskErrorKind::Unexpected);
        fs::remove_file(f.at("a.txt")).unwrap();
        let error = f.disk.install("k", &path("a.txt"), Some(&stale), None, &note(1)).unwrap_err();
        assert_eq!(error.kind, DiskErrorKind::Unexpected);
        let error = f.disk.install("k", &path("no/a.txt"), None, None, &note(1)).unwrap_err();
        assert_eq!(error.kind, DiskErrorKind::NotFound);
        assert_eq!(f.disk.staged().unwrap(), ["k"]);
        f.disk.install("k", &path("a.txt"), None, None, &note(1)).unwrap();
        assert_eq!(f.text("a.txt"), "theirs");
        assert!(f.kept_texts().is_empty());
    });
}

#[test]
fn a_replaced_file_is_kept_with_its_inode_and_gives_its_mode() {
    with_each_kind_of_rename(|f| {
        f.write("run.sh", "old");
        fs::set_permissions(f.at("run.sh"), fs::Permissions::from_mode(0o750)).unwrap();
        let old = f.disk.stat(&path("run.sh")).unwrap().unwrap();
        f.stage("k", "new");
        let installed = f.disk.install("k", &path("run.sh"), Some(&old), None, &note(5)).unwrap();
        assert_eq!(f.text("run.sh"), "new");
        assert_eq!(fs::metadata(f.at("run.sh")).unwrap().permissions().mode() & 0o777, 0o750);
        assert_eq!(Some(installed.stamp), f.disk.stat(&path("run.sh")).unwrap());
        let kept = installed.replaced.unwrap();
        assert_eq!((kept.path.as_str(), kept.size, kept.kept_ns, &*kept.why), ("run.sh", 3, 5, "test"));
        assert_eq!(f.disk.kept().unwrap().first(), Some(&kept));
        assert_eq!(f.kept_text(&kept), "old");
        assert_eq!(f.disk.open_kept(&kept.id).unwrap().stamp().unwrap().inode, old.inode);
        assert!(f.disk.staged().unwrap().is_empty());
    });
}

#[test]
fn f35_what_an_old_handle_writes_is_kept() {
    let f = Fixture::new();
    f.write("a", "old");
    let mut handle = fs::OpenOptions::new().append(true).open(f.at("a")).unwrap();
    let old = f.disk.stat(&path("a")).unwrap().unwrap();
    f.stage("k", "new");
    f.disk.install("k", &path("a"), Some(&old), None, &note(1)).unwrap();
    std::io::Write::write_all(&mut handle, b" and more").unwrap();
    assert_eq!(f.text("a"), "new");
    assert_eq!(f.kept_texts(), ["old and more"]);
    assert_eq!(f.disk.kept().unwrap()[0].size, 12);
}

#[test]
fn moves_files_and_folders_but_never_over_something() {
    with_each_kind_of_rename(|f| {
        f.write("dir/a", "a");
        f.write("b", "b");
        let dir = f.disk.stat(&path("dir")).unwrap().unwrap();
        let a = f.disk.stat(&path("dir/a")).unwrap().unwrap();
        let refused =
            |from: &str, to: &str, stamp| f.disk.rename(&path(from), &path(to), stamp).unwrap_err().kind;
        assert_eq!(refused("dir/a", "b", &a), DiskErrorKind::Occupied);
        assert_eq!(refused("b", "c", &a), DiskErrorKind::Unexpected);
        assert_eq!(refused("none", "c", &a), DiskErrorKind::Unexpected);
        assert_eq!(refused("dir", "dir/in", &dir), DiskErrorKind::BadName);
        let moved = f.disk.rename(&path("dir"), &path("new"), &dir).unwrap();
        assert_eq!(moved.inode, dir.inode);
        let a = f.disk.stat(&path("new/a")).unwrap().unwrap();
        let moved = f.disk.rename(&path("new/a"), &path("c"), &a).unwrap();
        assert_eq!(Some(moved), f.disk.stat(&path("c")).unwrap());
        assert_eq!((f.text("c").as_str(), f.text("b").as_str()), ("a", "b"));
    });
}

#[test]
fn makes_and_removes_folders() {
    let f = Fixture::new();
    let made = f.disk.make_folder(&path("d")).unwrap();
    assert_eq!(Some(made), f.disk.stat(&path("d")).unwrap());
    assert_eq!((made.size, made.mtime_ns, made.ctime_ns), (0, 0, 0));
    assert_eq!(f.disk.make_folder(&path("d")).unwrap_err().kind, DiskErrorKind::Occupied);
    assert_eq!(f.disk.make_folder(&path("x/y")).unwrap_err().kind, DiskErrorKind::NotFound);
    f.write("d/file", "");
    assert_eq!(f.disk.remove_folder(&path("d")).unwrap_err().kind, DiskErrorKind::NotEmpty);
    fs::remove_file(f.at("d/file")).unwrap();
    f.disk.remove_folder(&path("d")).unwrap();
    assert_eq!(f.disk.remove_folder(&path("d")).unwrap_err().kind, DiskErrorKind::NotFound);
}

#[test]
fn f40_a_link_in_the_way_leads_nowhere() {
    let f = Fixture::new();
    let outside = f.dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("victim"), "precious").unwrap();
    f.write("dir/victim", "here");
    let here = f.disk.stat(&path("dir/victim")).unwrap().unwrap();
    fs::rename(f.at("dir"), f.at("away")).unwrap();
    symlink(&outside, f.at("dir")).unwrap();
    f.stage("k", "evil");
    let victim = path("dir/victim");
    let special =
        |result: Result<(), crate::DiskError>| assert_eq!(result.unwrap_err().kind, DiskErrorKind::Special);
    special(f.disk.install("k", &victim, Some(&here), None, &note(1)).map(drop));
    special(f.disk.install("k", &path("dir/new"), None, None, &note(1)).map(drop));
    special(f.disk.keep(&victim, &here, &note(1)).map(drop));
    special(f.disk.rename(&victim, &path("x"), &here).map(drop));
    special(f.disk.make_folder(&path("dir/d")).map(drop));
    special(f.disk.hash(&victim).map(drop));
    special(f.disk.stat(&victim).map(drop));
    special(f.disk.stat(&path("dir")).map(drop));
    special(f.disk.open(&path("dir")).map(drop));
    assert_eq!(fs::read_to_string(outside.join("victim")).unwrap(), "precious");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
}

#[test]
fn reads_hashes_and_notices_what_is_no_file() {
    let f = Fixture::new();
    f.write("big", &"0123456789".repeat(60_000));
    let (stamp, hash) = f.disk.hash(&path("big")).unwrap();
    assert_eq!(stamp.size, 600_000);
    assert_eq!(hash.0, *blake3::hash(f.text("big").as_bytes()).as_bytes());
    let file = f.disk.open(&path("big")).unwrap();
    let mut buffer = [0; 8];
    assert_eq!(file.read_at(599_996, &mut buffer).unwrap(), 4);
    assert_eq!(&buffer[..4], b"6789");
    fs::OpenOptions::new()
        .append(true)
        .open(f.at("big"))
        .and_then(|mut f| std::io::Write::write_all(&mut f, b"x"))
        .unwrap();
    assert_ne!(file.stamp().unwrap(), stamp);
    rustix::fs::mkfifoat(rustix::fs::CWD, f.at("pipe"), rustix::fs::Mode::RWXU).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(f.at("socket")).unwrap();
    f.disk.make_folder(&path("dir")).unwrap();
    for special in ["pipe", "socket", "dir"] {
        assert_eq!(f.disk.hash(&path(special)).unwrap_err().kind, DiskErrorKind::Special, "{special}");
    }
    assert_eq!(f.disk.hash(&path("none")).unwrap_err().kind, DiskErrorKind::NotFound);
}

#[test]
fn f51_a_write_within_the_clocks_grain_shows_in_the_stamp() {
    let f = Fixture::new();
    for round in 0..20 {
        f.write("a", "one");
        let file = f.disk.open(&path("a")).unwrap();
        let before = file.stamp().unwrap();
        fs::write(f.at("a"), "two").unwrap();
        assert_ne!(file.stamp().unwrap(), before, "{round}");
    }
}

#[test]
fn says_what_the_root_is() {
    let f = Fixture::new();
    let identity = f.disk.root().unwrap();
    assert_eq!(identity.inode, fs::metadata(f.at("")).unwrap().ino());
    fs::remove_dir_all(f.at("")).unwrap();
    assert_eq!(f.disk.root().unwrap_err().kind, DiskErrorKind::RootMissing);
    let root = f.dir.path().join("root");
    fs::write(&root, "").unwrap();
    assert_eq!(f.disk.root().unwrap_err().kind, DiskErrorKind::RootNotFolder);
    fs::remove_file(&root).unwrap();
    symlink(f.dir.path(), &root).unwrap();
    assert_eq!(f.disk.root().unwrap_err().kind, DiskErrorKind::RootNotFolder);
}

#[test]
fn a_store_in_the_root_is_made_when_needed_and_removed_when_empty() {
    let f = Fixture::new();
    let disk = FolderDisk::open(f.at(""), f.at(".tidemark")).unwrap();
    assert!(disk.kept().unwrap().is_empty() && disk.staged().unwrap().is_empty());
    assert!(!f.at(".tidemark").exists());
    let staged = disk.stage("k").unwrap();
    staged.write_at(0, b"x").unwrap();
    staged.seal(1).unwrap();
    let installed = disk.install("k", &path("a"), None, None, &note(1)).unwrap();
    disk.remove_empty_store();
    assert!(!f.at(".tidemark").exists());
    disk.keep(&path("a"), &installed.stamp, &note(2)).unwrap();
    disk.remove_empty_store();
    assert_eq!(disk.kept().unwrap().len(), 1);
    disk.purge_kept(i64::MAX).unwrap();
    disk.remove_empty_store();
    assert!(!f.at(".tidemark").exists());
}

#[test]
fn a_missing_root_is_not_made() {
    let f = Fixture::new();
    fs::remove_dir(f.at("")).unwrap();
    let disk = FolderDisk::open(f.at(""), f.at(".tidemark")).unwrap();
    assert_eq!(disk.stage("k").err().unwrap().kind, DiskErrorKind::RootMissing);
    assert_eq!(disk.kept().unwrap_err().kind, DiskErrorKind::RootMissing);
    assert!(!f.at("").exists());
}
