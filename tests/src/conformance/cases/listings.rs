//! What is there, as the listing has it.

use std::collections::BTreeSet;

use tidemark_core::node::Kind;
use tidemark_providers::capabilities::{Folders, Listing};
use tidemark_providers::{ErrorKind, Retry};

use crate::conformance::bench::{Bench, blob, is_one_of};
use crate::conformance::contents::pattern;
use crate::conformance::mishap::{Mishap, On};
use crate::conformance::names;

/// Nothing is nothing, and no error.
pub async fn an_empty_root_lists_as_empty(bench: &Bench) {
    if bench.is_shared() {
        let listed = bench.list().await.unwrap();
        assert!(listed.items.is_empty() && listed.unusable.is_empty(), "{listed:?}");
    }
}

/// Every odd name comes, with its size, id and revision, and comes the same again.
pub async fn a_nested_tree_of_odd_names_is_listed_and_stable(bench: &Bench) {
    if !bench.is_shared() {
        return;
    }
    let paths = names::tree(&bench.able);
    for (seed, path) in paths.iter().enumerate() {
        bench.stand.put(path, pattern(100 + seed, seed as u64)).await;
    }
    let listed = bench.list().await.unwrap();
    assert!(listed.unusable.is_empty(), "{:?}", listed.unusable);
    let expected: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
    assert_eq!(listed.paths().into_iter().collect::<BTreeSet<_>>(), expected);
    for (seed, path) in paths.iter().enumerate() {
        let remote = &listed.items[path];
        assert!(remote.size.is_none_or(|size| size == 100 + seed as u64), "{path}: {remote:?}");
        let item = bench.found(path).await;
        assert_eq!(blob(&bench.fetch(&item.at).await.unwrap()), blob(&pattern(100 + seed, seed as u64)));
    }
    if bench.able.folders == Folders::Real {
        assert!(listed.items.contains_key("docs"), "{:?}", listed.items.keys());
    }
    assert_eq!(bench.list().await.unwrap().items, bench.list().await.unwrap().items);
    let anew = bench.reopened().list().await.unwrap();
    let stripped = |listed: super::Listed| -> Vec<_> {
        listed.items.into_iter().map(|(path, remote)| (path, remote.id, remote.revision)).collect()
    };
    assert_eq!(stripped(anew), stripped(bench.list().await.unwrap()));
}

/// Where nothing has changed, a second listing asks no more than the first one did, and one change costs little.
pub async fn listing_again_asks_little(bench: &Bench) {
    if !bench.is_shared() {
        return;
    }
    for seed in 0..20_u64 {
        let path = bench.nested(&format!("file {seed}.txt"));
        bench.stand.put(&path, pattern(50_000 + seed as usize, seed)).await;
    }
    let (first, cost) = bench.wire(bench.list()).await;
    let Some(first_cost) = cost else { return };
    let (second, cost) = bench.wire(bench.list()).await;
    assert_eq!(first.unwrap().items, second.unwrap().items);
    assert!(cost.unwrap().requests <= first_cost.requests, "{cost:?} after {first_cost:?}");
    if bench.able.listing == Listing::Full {
        assert!(first_cost.bytes_out < 200_000, "contents are listed: {first_cost:?}");
    }
    bench.stand.put(&bench.nested("file 3.txt"), pattern(60_000, 99)).await;
    let (_, cost) = bench.wire(bench.list()).await;
    assert!(cost.unwrap().requests <= first_cost.requests + 2, "{cost:?} after {first_cost:?}");
}

/// Edits, deletions, new files and new names are seen in the next listing.
pub async fn what_others_do_is_in_the_next_listing(bench: &Bench) {
    if !bench.is_shared() {
        return;
    }
    let (edited, gone, moved) =
        (bench.nested("edited.txt"), bench.nested("gone.txt"), bench.nested("moved.txt"));
    for path in [&edited, &gone, &moved] {
        bench.stand.put(path, pattern(1000, 1)).await;
    }
    let before = bench.list().await.unwrap();
    bench.stand.put(&edited, pattern(1001, 2)).await;
    bench.stand.delete(&gone).await;
    bench.stand.put(&bench.nested("new.txt"), pattern(10, 3)).await;
    let renamed = bench.nested("renamed.txt");
    let is_renamed = bench.stand.rename(&moved, &renamed).await;
    let after = bench.list().await.unwrap();
    let last = if is_renamed { &renamed } else { &moved };
    let new = bench.nested("new.txt");
    assert_eq!(
        after.paths(),
        [&edited, last, &new]
            .map(String::as_str)
            .into_iter()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
    assert_ne!(before.items[&edited].revision, after.items[&edited].revision);
    if is_renamed && bench.able.stable_ids {
        assert_eq!(before.items[&moved].id, after.items[last].id);
    }
}

/// Names that are none are reported, do no harm, and hide nothing.
pub async fn hostile_names_are_told_and_left_alone(bench: &Bench) {
    if !bench.is_shared() {
        return;
    }
    bench.stand.put("good.txt", pattern(10, 1)).await;
    for name in names::HOSTILE {
        if !bench.stand.put_hostile(name).await {
            return;
        }
    }
    let listed = bench.list().await.unwrap();
    assert!(listed.items.contains_key("good.txt"), "{:?}", listed.items.keys());
    assert!(!listed.unusable.is_empty());
    for unusable in &listed.unusable {
        assert!(!unusable.why.is_empty() && !unusable.shown.contains(char::is_control), "{unusable:?}");
        assert!(unusable.shown.chars().count() <= 210, "{unusable:?}");
    }
    let odd =
        |path: &&String| path.contains("passwd") || path.contains(".tidemark") || path.contains("outside");
    assert_eq!(listed.items.keys().find(odd), None);
}

/// A listing of which any request fails is an error, or the request was repeated for a later page and all came.
pub async fn a_listing_that_breaks_off_is_no_listing(bench: &Bench) {
    if !bench.is_shared() {
        return;
    }
    if !bench.stand.befall(Mishap::Unavailable, On::Listing, Some(1)) {
        return;
    }
    bench.stand.heal();
    let count = match (bench.able.listing, bench.able.page_size) {
        (Listing::PerDirectory, _) => 3,
        (_, Some(page)) => 2 * page as usize + 1,
        _ => 1,
    };
    for at in 0..count {
        let path = match bench.able.listing {
            Listing::PerDirectory => format!("folder {at}/file.txt"),
            _ => format!("file {at:05}.txt"),
        };
        bench.stand.put(&path, pattern(8, at as u64)).await;
    }
    let (listed, cost) = bench.wire(bench.list()).await;
    let listed = listed.unwrap().items;
    assert_eq!(listed.values().filter(|remote| remote.kind == Kind::File).count(), count);
    for nth in 1..=cost.map_or(1, |cost| cost.requests.min(3)) {
        assert!(bench.stand.befall(Mishap::Unavailable, On::Listing, Some(nth)));
        match bench.list().await {
            Ok(whole) => assert!(whole.items == listed, "something is missing, and nobody was told"),
            Err(broken) => {
                is_one_of(&broken, &[ErrorKind::Unavailable]);
                assert_ne!(broken.retry, Retry::Never, "at request {nth}");
            }
        }
        bench.stand.heal();
    }
    assert!(bench.list().await.unwrap().items == listed);
}
