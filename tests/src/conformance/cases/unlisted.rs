//! Services that list nothing, and items that can't be read back.

use tidemark_core::node::Kind;
use tidemark_providers::{ErrorKind, Retry};

use crate::conformance::bench::{Bench, error, is_one_of};
use crate::conformance::contents::pattern;
use crate::doubles::Taken;

/// Where nothing is listed, what was sent is found by its id, also after a restart.
pub async fn what_is_not_listed_is_found_by_its_id(bench: &Bench) {
    if bench.is_shared() {
        return;
    }
    is_one_of(&error(bench.provider.changes(None).await), &[ErrorKind::Unsupported]);
    let content = pattern(5000, 1);
    let sent = bench.create("unlisted.bin", &content).await.unwrap();
    let restarted = bench.reopened();
    let stat = restarted.provider.stat(&sent.at).await.unwrap().expect("it was sent");
    assert_eq!((stat.id, stat.revision), (sent.remote.id.clone(), sent.remote.revision.clone()));
    assert_eq!(restarted.fetch(&sent.at).await.unwrap(), content);
    restarted.provider.delete(&sent.at, Kind::File, &sent.remote.revision).await.unwrap();
    assert_eq!(restarted.provider.stat(&sent.at).await.unwrap(), None);
}

/// What can't be read back is told as such, and what comes in its stead is never taken for it.
pub async fn what_cannot_be_read_back_is_told_as_such(bench: &Bench) {
    if !bench.able.write_only_items || !bench.stand.put_write_only("sealed.txt", pattern(500, 1)).await {
        return;
    }
    let item = bench.found("sealed.txt").await;
    assert!(item.remote.write_only && item.remote.hash.is_none(), "{:?}", item.remote);
    let sink = Taken::default();
    let refused = error(bench.provider.download(&item.at, None, &sink).await);
    assert_eq!((refused.retry, sink.bytes().is_empty()), (Retry::Never, true), "{}", refused.sentence());
}
