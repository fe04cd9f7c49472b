use std::ffi::OsStr;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use tidemark_core::node::Kind;
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::BlockedCode;

use super::{Fixture, path};
use crate::disk::{Depth, Disk, FolderListing};
use crate::error::DiskErrorKind;

fn scan(f: &Fixture, from: &str, depth: Depth) -> Vec<FolderListing> {
    let mut listings = Vec::new();
    f.disk
        .scan(&path(from), depth, &|_, _| false, &mut |listing| {
            listings.push(listing);
            ControlFlow::Continue(())
        })
        .unwrap();
    listings
}

fn folders(listings: &[FolderListing]) -> Vec<&str> {
    listings.iter().map(|listing| listing.folder.as_str()).collect()
}

fn names(listing: &FolderListing) -> Vec<&str> {
    listing.entries.iter().map(|entry| &*entry.name).collect()
}

#[test]
fn parents_first_siblings_by_name_and_always_alike() {
    let f = Fixture::new();
    let mut expected = vec![String::new()];
    for top in 0..12 {
        expected.push(format!("t{top:02}"));
        for sub in 0..12 {
            expected.push(format!("t{top:02}/s{sub:02}"));
            for deep in 0..2 {
                expected.push(format!("t{top:02}/s{sub:02}/d{deep}"));
                f.write(&format!("t{top:02}/s{sub:02}/d{deep}/file"), "x");
            }
        }
    }
    for _ in 0..20 {
        let listings = scan(&f, "", Depth::Whole);
        assert_eq!(folders(&listings), expected);
        assert!(listings.iter().all(|listing| listing.complete && listing.problems.is_empty()));
    }
}

#[test]
fn a_deep_chain_and_a_wide_folder() {
    let f = Fixture::new();
    let chain = (0..60).map(|n| format!("c{n}")).collect::<Vec<_>>().join("/");
    f.write(&format!("{chain}/end"), "x");
    for n in 0..400 {
        fs::create_dir(f.at(&format!("w{n:03}"))).unwrap();
    }
    let listings = scan(&f, "", Depth::Whole);
    assert_eq!(listings.len(), 1 + 60 + 400);
    assert_eq!(names(&listings[60]), ["end"]);
    assert_eq!(listings[460].folder.as_str(), "w399");
}

#[test]
fn stamps_are_those_of_stat() {
    let f = Fixture::new();
    f.write("d/a", "abc");
    for listing in scan(&f, "", Depth::Whole) {
        for entry in &listing.entries {
            let at = listing.folder.join(&entry.name).unwrap();
            assert_eq!(f.disk.stat(&at).unwrap(), Some(entry.stamp), "{at}");
        }
    }
}

#[test]
fn shallow_skipped_and_broken_off() {
    let f = Fixture::new();
    for name in ["a/x", "b/x", "b/node_modules/y", "c"] {
        f.write(name, "");
    }
    symlink("x", f.at("b/node_modules/link")).unwrap();
    symlink("x", f.at("b/ignored")).unwrap();
    let shallow = scan(&f, "b", Depth::Shallow);
    assert_eq!(folders(&shallow), ["b"]);
    assert_eq!(names(&shallow[0]), ["node_modules", "x"]);

    let mut seen = Vec::new();
    let skip = |path: &RelPath, kind| match path.name() {
        "node_modules" => kind == Kind::Folder,
        "ignored" => kind == Kind::File,
        _ => false,
    };
    f.disk
        .scan(&RelPath::root(), Depth::Whole, &skip, &mut |listing| {
            assert!(listing.problems.is_empty());
            seen.push(listing.folder.to_string());
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, ["", "a", "b"]);

    let mut count = 0;
    f.disk
        .scan(&RelPath::root(), Depth::Whole, &|_, _| false, &mut |_| {
            count += 1;
            if count == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    assert_eq!(count, 2);
}

#[test]
fn f57_f63_what_can_not_be_synced_is_named() {
    let f = Fixture::new();
    f.write("d/.tidemark/kept/x", "ours");
    f.write("d/.TideMark/x", "not ours");
    symlink("..", f.at("d/loop")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, f.at("d/pipe"), rustix::fs::Mode::RWXU).unwrap();
    fs::write(f.at("d").join(OsStr::from_bytes(b"bad\xff\n")), "").unwrap();
    let listings = scan(&f, "d", Depth::Whole);
    assert_eq!(folders(&listings), ["d"]);
    assert!(listings[0].entries.is_empty() && listings[0].complete);
    let problems: Vec<_> =
        listings[0].problems.iter().map(|p| (p.shown.as_str(), p.name.as_deref(), p.code)).collect();
    assert_eq!(
        problems,
        [
            ("d/.TideMark", None, BlockedCode::UnsafePath),
            ("d/bad\\xff\\n", None, BlockedCode::NameNotUtf8),
            ("d/loop", Some("loop"), BlockedCode::Symlink),
            ("d/pipe", Some("pipe"), BlockedCode::SpecialFile),
        ]
    );
}

#[test]
fn paths_too_long_for_a_name_of_ours_are_problems() {
    let f = Fixture::new();
    let name = "n".repeat(250);
    let mut folder = std::fs::File::open(f.at("")).unwrap();
    for _ in 0..17 {
        rustix::fs::mkdirat(&folder, name.as_str(), rustix::fs::Mode::RWXU).unwrap();
        let next =
            rustix::fs::openat(&folder, name.as_str(), rustix::fs::OFlags::RDONLY, rustix::fs::Mode::empty());
        folder = next.unwrap().into();
    }
    let listings = scan(&f, "", Depth::Whole);
    assert_eq!(listings.len(), 17);
    assert_eq!(listings[16].problems[0].code, BlockedCode::UnsafePath);
}

#[test]
fn what_is_no_folder_is_not_scanned() {
    let f = Fixture::new();
    f.write("file", "");
    symlink(f.dir.path(), f.at("link")).unwrap();
    let fails = |from: &str| {
        f.disk
            .scan(&path(from), Depth::Whole, &|_, _| false, &mut |_| ControlFlow::Continue(()))
            .unwrap_err()
            .kind
    };
    assert_eq!(fails("file"), DiskErrorKind::NotFound);
    assert_eq!(fails("none"), DiskErrorKind::NotFound);
    assert_eq!(fails("link"), DiskErrorKind::Special);
}

#[test]
fn f2_a_root_replaced_in_mid_scan_is_an_error() {
    let f = Fixture::new();
    f.write("a/x", "");
    f.write("b/x", "");
    let result = f.disk.scan(&RelPath::root(), Depth::Whole, &|_, _| false, &mut |listing| {
        if listing.folder.as_str() == "a" {
            fs::rename(f.at(""), f.dir.path().join("away")).unwrap();
            fs::create_dir(f.at("")).unwrap();
        }
        ControlFlow::Continue(())
    });
    assert_eq!(result.unwrap_err().kind, DiskErrorKind::RootMissing);
}

#[test]
fn a_folder_gone_between_two_looks_is_an_incomplete_listing() {
    let f = Fixture::new();
    f.write("a", "");
    let root = crate::beneath::Root::new(f.at("")).open().unwrap();
    let mut lister = crate::listing::Lister::new(&root, &|_, _| false);
    for (gone, problems) in [("a", 0), ("never", 0)] {
        let listing = lister.list_found(&path(gone));
        assert!(!listing.complete && listing.entries.is_empty());
        assert_eq!(listing.problems.len(), problems);
    }
}

#[test]
fn f6_an_unreadable_folder_is_named() {
    let denied = crate::listing::unreadable(&path("a/b"), &rustix::io::Errno::ACCESS.into());
    assert_eq!((denied.shown.as_str(), denied.code), ("a/b", BlockedCode::LocalDenied));
    let failed = crate::listing::unreadable(&path("a"), &rustix::io::Errno::IO.into());
    assert_eq!(failed.code, BlockedCode::LocalFailed);
    let other = crate::listing::unreadable(&path("a"), &rustix::io::Errno::XDEV.into());
    assert_eq!(other.code, BlockedCode::OtherFilesystem);
}
