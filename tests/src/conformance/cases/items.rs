//! Items asked for alone, folders, and moving in place.

use tidemark_core::node::Kind;
use tidemark_providers::ErrorKind;
use tidemark_providers::capabilities::Folders;

use super::at;
use crate::conformance::bench::{Bench, error, is_one_of, new};

/// The service says what is there, what is gone, and what never was.
pub async fn stat_tells_what_is_there(bench: &Bench) {
    let path = bench.nested("there.txt");
    let item = bench.given(&path, b"content").await;
    let stat = bench.provider.stat(&item.at).await.unwrap().expect("it is there");
    assert_eq!((&stat.id, &stat.revision, stat.kind), (&item.remote.id, &item.remote.revision, Kind::File));
    assert!(stat.size.is_none_or(|size| size == 7), "{stat:?}");
    if bench.is_shared() {
        let by_path = bench.provider.stat(&new(&path)).await.unwrap().expect("it is there");
        assert_eq!((by_path.id, by_path.revision), (stat.id, stat.revision));
        assert_eq!(bench.provider.stat(&new(&bench.nested("never.txt"))).await.unwrap(), None);
    }
    bench.stand.delete(&path).await;
    assert_eq!(bench.provider.stat(&item.at).await.unwrap(), None);
}

/// Folders are made, are there, and go when they are empty.
pub async fn folders_are_made_and_deleted(bench: &Bench) {
    if bench.able.folders == Folders::None {
        let refused = error(bench.provider.create_folder(&at("a")).await);
        is_one_of(&refused, &[ErrorKind::Unsupported]);
        return;
    }
    let outer = bench.provider.create_folder(&at("a b")).await.unwrap();
    let inner = bench.provider.create_folder(&at("a b/ð 100 %")).await.unwrap();
    assert_eq!((outer.kind, inner.kind), (Kind::Folder, Kind::Folder));
    let again = bench.provider.create_folder(&at("a b")).await.unwrap();
    assert_eq!(again.id, outer.id);
    let file = bench.create("a b/ð 100 %/file.txt", b"inside").await.unwrap();
    let (outer_at, inner_at) = (super::reference(&outer, "a b"), super::reference(&inner, "a b/ð 100 %"));
    if bench.able.folders == Folders::Real {
        let listed = bench.list().await.unwrap();
        for path in ["a b", "a b/ð 100 %"] {
            assert_eq!(listed.items.get(path).map(|remote| remote.kind), Some(Kind::Folder), "{path}");
        }
        let stat = bench.provider.stat(&outer_at).await.unwrap().expect("it is there");
        assert_eq!((stat.kind, stat.id), (Kind::Folder, outer.id.clone()));
        for (item, revision) in [(&outer_at, &outer.revision), (&inner_at, &inner.revision)] {
            error(bench.provider.delete(item, Kind::Folder, revision).await);
        }
    }
    bench.holds(&[("a b/ð 100 %/file.txt", b"inside")]).await;
    bench.provider.delete(&file.at, Kind::File, &file.remote.revision).await.unwrap();
    bench.provider.delete(&inner_at, Kind::Folder, &inner.revision).await.unwrap();
    bench.provider.delete(&outer_at, Kind::Folder, &outer.revision).await.unwrap();
    assert!(!bench.is_shared() || bench.list().await.unwrap().items.is_empty());
}

/// Files move in place, over nothing and at the revision that was seen; or not at all.
pub async fn files_move_in_place_or_not_at_all(bench: &Bench) {
    let (from, to) = ("before.txt", "æftir & so.txt");
    let item = bench.given(from, b"content").await;
    if !bench.able.moves_files {
        let refused = error(bench.provider.relocate(&item.at, &at(to), &item.remote.revision).await);
        is_one_of(&refused, &[ErrorKind::Unsupported]);
        return bench.holds(&[(from, b"content")]).await;
    }
    let moved = bench.provider.relocate(&item.at, &at(to), &item.remote.revision).await.unwrap();
    assert!(!bench.able.stable_ids || moved.id == item.remote.id);
    bench.holds(&[(to, b"content")]).await;
    if !bench.is_shared() {
        return assert_eq!(bench.fetch(&super::reference(&moved, to)).await.unwrap(), "content");
    }
    let found = bench.found(to).await;
    assert_eq!((&found.remote.id, &found.remote.revision), (&moved.id, &moved.revision));
    assert_eq!(bench.fetch(&found.at).await.unwrap(), "content");

    bench.given("occupied.txt", b"theirs").await;
    let refused =
        error(bench.provider.relocate(&found.at, &at("occupied.txt"), &found.remote.revision).await);
    is_one_of(&refused, &[ErrorKind::AlreadyExists]);
    bench.holds(&[("occupied.txt", b"theirs"), (to, b"content")]).await;

    bench.stand.put(to, "edited since then".into()).await;
    let refused = error(bench.provider.relocate(&found.at, &at("third.txt"), &found.remote.revision).await);
    is_one_of(&refused, &[ErrorKind::RevisionMismatch]);
    bench.holds(&[("occupied.txt", b"theirs"), (to, b"edited since then")]).await;
}

/// Files move between folders.
pub async fn files_move_between_folders(bench: &Bench) {
    if !bench.able.moves_files || bench.able.folders != Folders::Real {
        return;
    }
    bench.provider.create_folder(&at("one")).await.unwrap();
    bench.provider.create_folder(&at("two")).await.unwrap();
    let item = bench.given("one/file.txt", b"content").await;
    bench.provider.relocate(&item.at, &at("two/other.txt"), &item.remote.revision).await.unwrap();
    bench.holds(&[("two/other.txt", b"content")]).await;
}

/// Folders move with all that is inside; or not at all.
pub async fn folders_move_with_what_is_inside_or_not_at_all(bench: &Bench) {
    if bench.able.folders == Folders::None {
        return;
    }
    let folder = bench.provider.create_folder(&at("before")).await.unwrap();
    bench.provider.create_folder(&at("before/deeper")).await.unwrap();
    bench.given("before/a.txt", b"a").await;
    bench.given("before/deeper/b.txt", b"b").await;
    let item = super::reference(&folder, "before");
    let moved = bench.provider.relocate(&item, &at("after"), &folder.revision).await;
    if bench.able.moves_folders {
        let moved = moved.unwrap();
        assert_eq!(moved.kind, Kind::Folder);
        assert!(!bench.able.stable_ids || moved.id == folder.id);
        bench.holds(&[("after/a.txt", b"a"), ("after/deeper/b.txt", b"b")]).await;
    } else {
        is_one_of(&error(moved), &[ErrorKind::Unsupported]);
        bench.holds(&[("before/a.txt", b"a"), ("before/deeper/b.txt", b"b")]).await;
    }
}
