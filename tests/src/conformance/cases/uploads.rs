//! What we send.

use std::sync::Arc;

use tidemark_core::node::Kind;
use tidemark_providers::{ErrorKind, Retry};
use tokio::sync::Notify;

use crate::conformance::bench::{Bench, Item, blob, error, is_one_of, new};
use crate::conformance::contents::{Event, Eventful, pattern};
use crate::conformance::mishap::{Mishap, On};
use crate::conformance::names;
use crate::doubles::{Memory, Session, hash};

const NINE_MIB: usize = 9 << 20;
const SEVENTY_MIB: usize = 70 << 20;

/// A file without content is a file; a service that turns out to take none is known from then on.
pub async fn an_empty_file_arrives(bench: &Bench) {
    if !bench.takes(0) {
        return;
    }
    match bench.create("empty.txt", b"").await {
        Err(refused) => {
            assert_eq!(
                (refused.kind, refused.retry),
                (ErrorKind::Refused, Retry::Never),
                "{}",
                refused.sentence()
            );
            assert!(!bench.provider.capabilities().empty_files, "it is refused and will be sent again");
            bench.holds(&[]).await;
        }
        Ok(sent) => {
            assert_eq!(sent.remote.size, Some(0));
            assert_eq!(bench.fetch(&sent.at).await.unwrap(), "");
            bench.holds(&[("empty.txt", b"")]).await;
            is_as_sent(bench, &sent).await;
        }
    }
}

/// Small contents arrive.
pub async fn small_files_arrive(bench: &Bench) {
    for size in [1, 1000, 100_000] {
        arrives(bench, size).await;
    }
}

/// 9 MiB arrive.
pub async fn nine_mebibytes_arrive(bench: &Bench) {
    arrives(bench, NINE_MIB).await;
}

/// 70 MiB arrive.
pub async fn seventy_mebibytes_arrive(bench: &Bench) {
    arrives(bench, SEVENTY_MIB).await;
}

async fn arrives(bench: &Bench, size: usize) {
    if !bench.takes(size) {
        return;
    }
    let path = bench.nested(&format!("of {size} bytes.bin"));
    if let Some((folder, _)) = path.split_once('/') {
        bench.provider.create_folder(&super::at(folder)).await.unwrap();
    }
    let content = pattern(size, 7);
    let sent = bench.create(&path, &content).await.unwrap();
    assert_eq!(sent.remote.kind, Kind::File);
    assert_eq!((sent.remote.size, sent.remote.hash), (Some(size as u64), Some(hash(&content))));
    assert!(bench.has(&path, &content).await, "it isn't there");
    assert_eq!(blob(&bench.fetch(&sent.at).await.unwrap()), blob(&content));
    is_as_sent(bench, &sent).await;
}

/// Listing and stat agree with what the upload said.
async fn is_as_sent(bench: &Bench, sent: &Item) {
    let stat = bench.provider.stat(&sent.at).await.unwrap().expect("it was just sent");
    assert_eq!((&stat.id, &stat.revision), (&sent.remote.id, &sent.remote.revision), "stat");
    if bench.is_shared() {
        let found = bench.found(sent.at.path.as_str()).await.remote;
        assert_eq!((&found.id, &found.revision), (&sent.remote.id, &sent.remote.revision), "listed");
    }
}

/// Every name that the service stores can be sent, edited, fetched and deleted.
pub async fn odd_names_arrive(bench: &Bench) {
    for name in names::odd(&bench.able) {
        let sent = bench.create(name, name.as_bytes()).await.unwrap();
        is_as_sent(bench, &sent).await;
        let edited = format!("{name} again");
        let item = bench.edit(&sent, edited.as_bytes()).await;
        bench.holds(&[(name, edited.as_bytes())]).await;
        assert_eq!(bench.fetch(&item.at).await.unwrap(), edited);
        bench.provider.delete(&item.at, Kind::File, &item.remote.revision).await.unwrap();
        bench.holds(&[]).await;
    }
}

/// An edit of what we saw takes its place.
pub async fn an_edit_takes_the_place_of_what_it_saw(bench: &Bench) {
    let path = bench.nested("edited.txt");
    let first = bench.given(&path, b"first").await;
    let second = bench.edit(&first, b"the second").await;
    assert_ne!(second.remote.revision, first.remote.revision);
    bench.holds(&[(&path, b"the second")]).await;
    is_as_sent(bench, &second).await;
    bench.edit(&second, b"number three").await;
    bench.holds(&[(&path, b"number three")]).await;
}

/// A file that changes while it is read never shows.
pub async fn a_file_that_changes_while_it_is_sent_never_shows(bench: &Bench) {
    for size in bench.sizes(&[1000, NINE_MIB]) {
        let content = pattern(size, 1);
        let (session, touched) = (Session::default(), Memory::of(&content).touched());
        let refused = error(bench.send(&new("new.bin"), None, &touched, &session).await);
        assert_eq!(refused.kind, ErrorKind::LocalChanged, "{}", refused.sentence());
        bench.holds(&[]).await;
        let event = Event::EndsAt(size as u64 / 2);
        let shrunk = Eventful { content: Memory::of(&content), event };
        let refused = error(bench.send(&new("new.bin"), None, &shrunk, &Session::default()).await);
        assert_eq!(refused.kind, ErrorKind::LocalChanged, "{}", refused.sentence());
        bench.holds(&[]).await;
    }
    let there = bench.given("there.txt", b"as it was").await;
    let touched = Memory::of(b"touched").touched();
    let sent = bench.send(&there.at, Some(&there.remote.revision), &touched, &Session::default()).await;
    assert_eq!(error(sent).kind, ErrorKind::LocalChanged);
    bench.holds(&[("there.txt", b"as it was")]).await;
}

/// An upload that is given up anywhere shows nothing, and the next one is whole.
pub async fn an_upload_that_is_given_up_leaves_nothing(bench: &Bench) {
    for size in bench.sizes(&[1000, NINE_MIB]) {
        let (content, session, path) = (pattern(size, 3), Session::default(), format!("{size}.bin"));
        let to = new(&path);
        for at in [0, size as u64 / 2, size as u64] {
            let stuck = Arc::new(Notify::new());
            let event = Event::StuckAt(at, stuck.clone());
            let given_up = Eventful { content: Memory::of(&content), event };
            tokio::select! {
                sent = bench.send(&to, None, &given_up, &session) => panic!("{sent:?}"),
                () = stuck.notified() => {}
            }
            assert!(bench.lacks(&path, &content).await, "given up at {at} of {size}");
        }
        if bench.is_shared() {
            assert!(!bench.list().await.unwrap().items.contains_key(&path));
        }
        let sent = bench.send(&to, None, &Memory::of(&content), &session).await.unwrap();
        assert_eq!(sent.remote.hash, Some(hash(&content)));
        assert!(bench.has(&path, &content).await, "it isn't there");
    }
}

/// An upload that broke off goes on where it was, also after a restart.
pub async fn an_interrupted_upload_goes_on(bench: &Bench) {
    let size = bench.largest(&[1000, NINE_MIB, SEVENTY_MIB]);
    let (content, session) = (pattern(size, 5), Session::default());
    if !bench.able.resumable_upload || !bench.stand.befall(Mishap::DropBefore, On::Upload, Some(3)) {
        return;
    }
    let (to, sent) = (new("large.bin"), Memory::of(&content));
    let broken = error(bench.send(&to, None, &sent, &session).await);
    is_one_of(&broken, &[ErrorKind::Network]);
    assert_eq!(broken.retry, Retry::Backoff);
    bench.stand.heal();
    bench.holds(&[]).await;
    let restarted = bench.reopened();
    let (again, cost) = bench.wire(restarted.send(&to, None, &sent, &session)).await;
    assert_eq!(again.unwrap().remote.size, Some(size as u64));
    assert!(cost.is_none_or(|cost| cost.bytes_in < size as u64), "all was sent again: {cost:?}");
    bench.holds(&[("large.bin", &content)]).await;
}
