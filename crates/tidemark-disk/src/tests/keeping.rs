use std::fs;
use std::io::Write;

use super::{Fixture, note, path};
use crate::disk::{Disk, KeepNote, Purged};
use crate::error::DiskErrorKind;

fn keep(f: &Fixture, name: &str, text: &str, now_ns: i64) -> crate::disk::KeptItem {
    f.write(name, text);
    let stamp = f.disk.stat(&path(name)).unwrap().unwrap();
    f.disk.keep(&path(name), &stamp, &note(now_ns)).unwrap()
}

#[test]
fn keeps_lists_and_restores() {
    let f = Fixture::new();
    f.write("d/a", "first");
    let (stamp, hash) = f.disk.hash(&path("d/a")).unwrap();
    let told = KeepNote { now_ns: 10, why: "deleted".into(), hash: Some(hash) };
    let first = f.disk.keep(&path("d/a"), &stamp, &told).unwrap();
    assert!(!f.at("d/a").exists());
    let second = keep(&f, "d/a", "second", 20);
    assert_eq!(f.disk.kept().unwrap(), [second.clone(), first.clone()]);
    assert_eq!(first.hash, Some(hash.to_string()));
    fs::remove_dir(f.at("d")).unwrap();
    let restored = f.disk.restore_kept(&first.id, &path("d/a")).unwrap();
    assert_eq!(f.text("d/a"), "first");
    assert_eq!((restored.mtime_ns, restored.size), (first.mtime_ns, 5));
    assert_eq!(f.disk.restore_kept(&second.id, &path("d/a")).unwrap_err().kind, DiskErrorKind::Occupied);
    assert_eq!(f.disk.kept().unwrap().len(), 2);
    assert!(f.disk.staged().unwrap().is_empty());
}

#[test]
fn keeps_only_what_was_expected() {
    let f = Fixture::new();
    f.write("a", "one");
    let stale = f.disk.stat(&path("a")).unwrap().unwrap();
    fs::write(f.at("a"), "two!").unwrap();
    assert_eq!(f.disk.keep(&path("a"), &stale, &note(1)).unwrap_err().kind, DiskErrorKind::Unexpected);
    assert_eq!(f.text("a"), "two!");
    let folder = f.disk.make_folder(&path("d")).unwrap();
    assert_eq!(f.disk.keep(&path("d"), &folder, &note(1)).unwrap_err().kind, DiskErrorKind::Special);
    fs::remove_file(f.at("a")).unwrap();
    assert_eq!(f.disk.keep(&path("a"), &stale, &note(1)).unwrap_err().kind, DiskErrorKind::Unexpected);
}

#[test]
fn keeps_what_was_staged() {
    let f = Fixture::new();
    let staging = f.disk.stage("theirs").unwrap();
    staging.write_at(0, b"theirs").unwrap();
    let hash = staging.seal(6).unwrap();
    let told = KeepNote { now_ns: 5, why: "replaced there".into(), hash: Some(hash) };
    let item = f.disk.keep_staged("theirs", &path("d/a"), Some(1_000), &told).unwrap();
    assert_eq!((item.path.as_str(), item.size, item.mtime_ns), ("d/a", 6, 1_000));
    assert_eq!(f.disk.kept().unwrap(), [item]);
    assert_eq!(f.kept_texts(), ["theirs"]);
    assert!(f.disk.staged().unwrap().is_empty());
    let again = f.disk.keep_staged("theirs", &path("d/a"), None, &told);
    assert_eq!(again.unwrap_err().kind, DiskErrorKind::NotFound);
}

#[test]
fn ids_from_outside_lead_nowhere() {
    let f = Fixture::new();
    keep(&f, "a", "x", 1);
    for id in ["", "..", "../staging", "journal.jsonl", "none", "a/b", &"x".repeat(300)] {
        assert_eq!(f.disk.open_kept(id).err().unwrap().kind, DiskErrorKind::NotKept, "{id}");
        assert_eq!(f.disk.restore_kept(id, &path("y")).unwrap_err().kind, DiskErrorKind::NotKept, "{id}");
    }
}

#[test]
fn a_damaged_journal_hides_nothing() {
    let f = Fixture::new();
    let first = keep(&f, "a", "one", 1_000);
    let journal = f.dir.path().join("store/kept/journal.jsonl");
    let mut file = fs::OpenOptions::new().append(true).open(&journal).unwrap();
    file.write_all(b"\xff\0\0{\"id\":\"torn").unwrap();
    let second = keep(&f, "b", "two", 2_000);
    assert_eq!(f.disk.kept().unwrap(), [second.clone(), first.clone()]);
    fs::write(&journal, "").unwrap();
    let listed = f.disk.kept().unwrap();
    assert_eq!(listed.iter().map(|item| &item.id).collect::<Vec<_>>(), [&second.id, &first.id]);
    assert_eq!(listed[0].path.as_str(), second.id);
    assert_eq!(f.kept_texts(), ["two", "one"]);
    assert_eq!(f.disk.purge_kept(i64::MAX).unwrap(), Purged { items: 2, bytes: 6 });
}

#[test]
fn a_line_whose_content_never_came_is_not_listed() {
    let f = Fixture::new();
    let item = keep(&f, "a", "one", 1);
    fs::remove_file(f.dir.path().join("store/kept").join(&item.id)).unwrap();
    assert!(f.disk.kept().unwrap().is_empty());
}

#[test]
fn purges_by_age_and_compacts_the_journal() {
    let f = Fixture::new();
    let items: Vec<_> = (1..=3).map(|n| keep(&f, &format!("f{n}"), "four", n * 1_000)).collect();
    assert_eq!(f.disk.purge_kept(2_000).unwrap(), Purged { items: 1, bytes: 4 });
    assert_eq!(f.disk.kept().unwrap(), [items[2].clone(), items[1].clone()]);
    let journal = f.dir.path().join("store/kept/journal.jsonl");
    assert_eq!(fs::read_to_string(&journal).unwrap().lines().filter(|line| !line.is_empty()).count(), 2);
    assert_eq!(f.disk.purge_kept(i64::MAX).unwrap(), Purged { items: 2, bytes: 8 });
    assert!(f.disk.kept().unwrap().is_empty() && !journal.exists());
    assert_eq!(f.disk.purge_kept(i64::MAX).unwrap(), Purged::default());
}
