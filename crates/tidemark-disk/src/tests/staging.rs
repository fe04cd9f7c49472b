use std::fs;

use super::Fixture;
use crate::disk::Disk;
use crate::error::DiskErrorKind;

const MIB: u64 = 1024 * 1024;

#[test]
fn hashes_what_comes_in_any_order() {
    let f = Fixture::new();
    let text = "the quick brown fox";
    let expected = *blake3::hash(text.as_bytes()).as_bytes();
    for (round, parts) in [[0..9, 9..19], [9..19, 0..9], [0..12, 9..19]].into_iter().enumerate() {
        let staged = f.disk.stage(&format!("k{round}")).unwrap();
        for part in parts {
            staged.write_at(part.start as u64, &text.as_bytes()[part]).unwrap();
        }
        assert_eq!(staged.seal(19).unwrap().0, expected, "{round}");
        assert!(staged.seal(20).is_err());
    }
    assert_eq!(f.disk.staged().unwrap(), ["k0", "k1", "k2"]);
    f.disk.discard("k1").unwrap();
    f.disk.discard("k1").unwrap();
    assert_eq!(f.disk.staged().unwrap(), ["k0", "k2"]);
}

#[test]
fn rewritten_bytes_count() {
    let f = Fixture::new();
    let staged = f.disk.stage("k").unwrap();
    staged.write_at(0, b"aaaa").unwrap();
    staged.write_at(1, b"bb").unwrap();
    staged.write_at(4, b"cc").unwrap();
    assert_eq!(staged.seal(5).unwrap().0, *blake3::hash(b"abbac").as_bytes());
}

#[test]
fn a_hole_is_not_sealed() {
    let f = Fixture::new();
    let staged = f.disk.stage("k").unwrap();
    staged.write_at(0, b"ab").unwrap();
    staged.write_at(3, b"d").unwrap();
    assert!(staged.seal(4).is_err());
    staged.write_at(2, b"c").unwrap();
    staged.seal(4).unwrap();
    assert_eq!(f.disk.stage("empty").unwrap().seal(0).unwrap().0, *blake3::hash(b"").as_bytes());
}

#[test]
fn a_broken_off_transfer_goes_on_where_it_was_durable() {
    let f = Fixture::new();
    let staged = f.disk.stage("big").unwrap();
    staged.write_at(0, &vec![1; 2 * MIB as usize]).unwrap();
    staged.write_at(3 * MIB, &vec![3; MIB as usize]).unwrap();
    drop(staged);
    let again = f.disk.stage("big").unwrap();
    assert_eq!(again.present(), [0..2 * MIB, 3 * MIB..4 * MIB]);
    again.write_at(2 * MIB, &vec![2; MIB as usize]).unwrap();
    let mut whole = vec![1; 2 * MIB as usize];
    whole.resize(3 * MIB as usize, 2);
    whole.resize(4 * MIB as usize, 3);
    assert_eq!(again.seal(4 * MIB).unwrap().0, *blake3::hash(&whole).as_bytes());
    assert_eq!(f.disk.staged().unwrap(), ["big"]);
}

#[test]
fn f10_ranges_beyond_the_data_are_not_believed() {
    let f = Fixture::new();
    let staged = f.disk.stage("k").unwrap();
    staged.write_at(0, &vec![1; 2 * MIB as usize]).unwrap();
    drop(staged);
    let file = f.dir.path().join("store/staging/k");
    fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(MIB).unwrap();
    assert!(f.disk.stage("k").unwrap().present().is_empty());
    fs::write(&file, "left by a crash").unwrap();
    fs::write(f.dir.path().join("store/staging/k.ranges"), "[[0,").unwrap();
    let again = f.disk.stage("k").unwrap();
    assert!(again.present().is_empty());
    assert!(again.seal(4).is_err());
}

#[test]
fn keys_are_plain_names() {
    let f = Fixture::new();
    for key in ["", "..", "a/b", "k.ranges"] {
        assert_eq!(f.disk.stage(key).err().unwrap().kind, DiskErrorKind::BadName);
        assert_eq!(f.disk.discard(key).err().unwrap().kind, DiskErrorKind::BadName);
    }
}

#[test]
fn what_nobody_has_open_is_abandoned() {
    let f = Fixture::new();
    f.stage("left", "x");
    let held = f.disk.stage("held").unwrap();
    held.write_at(0, b"x").unwrap();
    f.disk.discard_abandoned().unwrap();
    assert_eq!(f.disk.staged().unwrap(), ["held"]);
    drop(held);
    f.disk.discard_abandoned().unwrap();
    assert!(f.disk.staged().unwrap().is_empty());
}
