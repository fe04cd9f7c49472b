//! What we fetch.

use std::sync::Arc;

use tidemark_core::node::Kind;
use tidemark_providers::{ErrorKind, Retry};
use tokio::sync::Notify;

use crate::conformance::bench::{Bench, blob, error, is_one_of};
use crate::conformance::contents::{EventfulSink, pattern};
use crate::conformance::mishap::{Mishap, On};
use crate::doubles::{Taken, hash};

const NINE_MIB: usize = 9 << 20;
/// Bytes of answers that are no content, at most.
const BESIDE: u64 = 64 << 10;

/// A content that others made comes whole, and is told as what it is.
pub async fn a_content_comes_whole(bench: &Bench) {
    for size in bench.sizes(&[1, 70_000, NINE_MIB]) {
        let content = pattern(size, 1);
        let path = bench.nested(&format!("{size}.bin"));
        let item = bench.given(&path, &content).await;
        let sink = Taken::default();
        let remote = bench.provider.download(&item.at, None, &sink).await.unwrap();
        assert_eq!(blob(&sink.bytes()), blob(&content));
        assert_eq!((&remote.id, &remote.revision), (&item.remote.id, &item.remote.revision));
        assert_eq!((remote.kind, remote.size), (Kind::File, Some(size as u64)));
        assert!(remote.hash.is_none_or(|known| known == hash(&content)));
    }
}

/// A download that has some of a content fetches the rest, where the revision tells that it is the same content.
pub async fn only_what_is_missing_is_fetched(bench: &Bench) {
    let size = bench.largest(&[100_000, NINE_MIB]);
    let content = pattern(size, 2);
    let item = bench.given(&bench.nested("partly.bin"), &content).await;
    let (middle, end) = (size as u64 / 2, size as u64);
    let missing = [middle..middle + 5_000, end - 1_000..end];
    let sink = Taken::but(&content, &missing);
    let (fetched, cost) = bench.wire(bench.provider.download(&item.at, None, &sink)).await;
    fetched.unwrap();
    assert_eq!(blob(&sink.bytes()), blob(&content));
    if bench.able.ranged_download && !bench.able.weak_revision {
        assert_eq!(sink.written(), missing);
        assert!(cost.is_none_or(|cost| cost.bytes_out < 6_000 + BESIDE), "{cost:?}");
    }
}

/// What is gone isn't fetched.
pub async fn what_is_gone_is_not_fetched(bench: &Bench) {
    let path = bench.nested("gone.bin");
    let item = bench.given(&path, b"content").await;
    bench.stand.delete(&path).await;
    let refused = error(bench.reopened().fetch(&item.at).await);
    is_one_of(&refused, &[ErrorKind::NotFound]);
    assert_eq!(refused.retry, Retry::Never);
}

/// An answer that breaks off is an error, and what is missing comes later.
pub async fn a_content_that_breaks_off_is_an_error(bench: &Bench) {
    let content = pattern(50_000, 3);
    let item = bench.given("broken.bin", &content).await;
    if !bench.stand.befall(Mishap::Truncated, On::Download, None) {
        return;
    }
    let broken = error(bench.fetch(&item.at).await);
    is_one_of(&broken, &[ErrorKind::Network, ErrorKind::Protocol, ErrorKind::DigestMismatch]);
    assert_ne!(broken.retry, Retry::Never);
    bench.stand.heal();
    assert_eq!(blob(&bench.fetch(&item.at).await.unwrap()), blob(&content));
}

/// A link that has expired is told as such, and a fresh one helps.
pub async fn an_expired_link_is_no_refusal(bench: &Bench) {
    let content = pattern(bench.largest(&[50_000, NINE_MIB]), 4);
    let item = bench.given("linked.bin", &content).await;
    if !bench.able.signed_links || !bench.stand.befall(Mishap::ExpiredLink, On::Download, None) {
        return;
    }
    let expired = error(bench.fetch(&item.at).await);
    is_one_of(&expired, &[ErrorKind::LinkExpired]);
    assert_ne!(expired.retry, Retry::Never);
    bench.stand.heal();
    assert_eq!(blob(&bench.fetch(&item.at).await.unwrap()), blob(&content));
}

/// A content that is replaced while it is fetched comes as one of the two, or not at all.
pub async fn a_content_that_changes_meanwhile_is_no_mixture(bench: &Bench) {
    if !bench.is_shared() {
        return;
    }
    let size = bench.largest(&[100_000, 2 * NINE_MIB]);
    let other_size = size - usize::from(bench.able.weak_revision);
    let (before, after) = (pattern(size, 6), pattern(other_size, 7));
    let item = bench.given("changing.bin", &before).await;
    let taken = Taken::default();
    let sink = EventfulSink::new(&taken, bench.deed("changing.bin", after.clone()));
    match bench.provider.download(&item.at, None, &sink).await {
        Ok(remote) => {
            let is_first = remote.revision == item.remote.revision;
            assert_eq!(blob(&taken.bytes()), blob(if is_first { &before } else { &after }));
        }
        Err(changed) => {
            let kinds = [ErrorKind::RevisionMismatch, ErrorKind::DigestMismatch, ErrorKind::Protocol];
            is_one_of(&changed, &kinds);
        }
    }
    assert_eq!(blob(&bench.fetch(&bench.found("changing.bin").await.at).await.unwrap()), blob(&after));
}

/// Downloads that are given up hold nothing that the next one needs.
pub async fn a_download_that_is_given_up_is_no_hindrance(bench: &Bench) {
    let content = pattern(bench.largest(&[1000, NINE_MIB]), 5);
    let item = bench.given("given up.bin", &content).await;
    for _ in 0..3 {
        let stuck = Arc::new(Notify::new());
        let sink = EventfulSink::stuck(stuck.clone());
        tokio::select! {
            fetched = bench.provider.download(&item.at, None, &sink) => panic!("{fetched:?}"),
            () = stuck.notified() => {}
        }
    }
    assert_eq!(blob(&bench.fetch(&item.at).await.unwrap()), blob(&content));
}
