//! What others did before us, or do while we do it.

use tidemark_core::node::{Kind, Remote};
use tidemark_providers::capabilities::ConditionalWrite;
use tidemark_providers::provider::{Uploaded, VersionId};
use tidemark_providers::{ErrorKind, Result};

use crate::conformance::bench::{Bench, Item, blob, error, is_one_of, new};
use crate::doubles::{Memory, Session, Taken};

/// Somebody else's file is never replaced by one that is new here.
pub async fn a_new_file_replaces_nothing(bench: &Bench) {
    if !bench.is_shared() {
        return;
    }
    let path = bench.nested("same.txt");
    let theirs = bench.given(&path, b"theirs").await;
    let sent = bench.send(&new(&path), None, &Memory::of(b"ours, new"), &Session::default()).await;
    theirs_survives(bench, &theirs, b"theirs", sent, ErrorKind::AlreadyExists).await;
}

/// An edit of what somebody else has edited meanwhile is refused, or finds theirs.
pub async fn a_stale_edit_is_refused_or_finds_the_other(bench: &Bench) {
    if !bench.is_shared() {
        return;
    }
    let path = bench.nested("both.txt");
    let seen = bench.given(&path, b"as we saw it").await;
    let theirs = bench.given(&path, b"as they made it since").await;
    let sent = bench.replace(&seen, b"ours").await;
    theirs_survives(bench, &theirs, b"as they made it since", sent, ErrorKind::RevisionMismatch).await;
}

/// An edit of what is gone makes nothing new.
pub async fn an_edit_of_what_is_gone_is_refused(bench: &Bench) {
    if !bench.able.mutable_content {
        return;
    }
    let path = bench.nested("gone.txt");
    let seen = bench.given(&path, b"as we saw it").await;
    bench.stand.delete(&path).await;
    let refused = error(bench.replace(&seen, b"ours").await);
    is_one_of(&refused, &[ErrorKind::RevisionMismatch, ErrorKind::NotFound]);
    bench.holds(&[]).await;
}

/// What somebody else does while we send is refused, or found.
pub async fn a_race_while_sending_is_refused_or_found(bench: &Bench) {
    if bench.able.conditional_write == ConditionalWrite::LookBefore {
        return;
    }
    let path = bench.nested("raced.txt");
    let seen = bench.given(&path, b"as we saw it").await;
    let ours = bench.raced(b"ours", &path, b"theirs, in between");
    let sent = bench.send(&seen.at, Some(&seen.remote.revision), &ours, &Session::default()).await;
    let theirs = Item { remote: seen.remote, at: seen.at };
    theirs_survives(bench, &theirs, b"theirs, in between", sent, ErrorKind::RevisionMismatch).await;
}

/// What somebody else makes while we make a file of the same name isn't lost.
pub async fn a_race_while_creating_loses_nothing(bench: &Bench) {
    if bench.able.conditional_write == ConditionalWrite::LookBefore {
        return;
    }
    let path = "raced.txt";
    let ours = bench.raced(b"ours", path, b"theirs, new too");
    let sent = bench.send(&new(path), None, &ours, &Session::default()).await;
    match sent {
        Err(refused) => {
            is_one_of(&refused, &[ErrorKind::AlreadyExists]);
            bench.holds(&[(path, b"theirs, new too")]).await;
        }
        Ok(sent) => match sent.overtaken {
            Some(overtaken) => is_version(bench, &sent.remote, path, &overtaken.id, b"theirs, new too").await,
            None => assert!(bench.has(path, b"theirs, new too").await, "theirs is lost"),
        },
    }
}

/// A deletion takes just the revision that it saw.
pub async fn a_file_is_deleted_at_its_revision(bench: &Bench) {
    let path = bench.nested("deleted.txt");
    let item = bench.given(&path, b"content").await;
    bench.provider.delete(&item.at, Kind::File, &item.remote.revision).await.unwrap();
    bench.holds(&[]).await;
    assert_eq!(bench.provider.stat(&item.at).await.unwrap(), None);
    bench.provider.delete(&item.at, Kind::File, &item.remote.revision).await.unwrap();
}

/// A deletion of what somebody else has edited meanwhile is refused.
pub async fn a_stale_deletion_is_refused(bench: &Bench) {
    if !bench.is_shared() {
        return;
    }
    let path = bench.nested("edited.txt");
    let seen = bench.given(&path, b"as we saw it").await;
    bench.stand.put(&path, "as they made it since".into()).await;
    let refused = error(bench.provider.delete(&seen.at, Kind::File, &seen.remote.revision).await);
    is_one_of(&refused, &[ErrorKind::RevisionMismatch]);
    bench.holds(&[(&path, b"as they made it since")]).await;
}

/// Theirs is where it was, and we were refused; or it is in the history, and we were told of it.
async fn theirs_survives(
    bench: &Bench,
    theirs: &Item,
    content: &[u8],
    sent: Result<Uploaded>,
    refusal: ErrorKind,
) {
    let path = theirs.at.path.as_str();
    match sent {
        Err(refused) => {
            is_one_of(&refused, &[refusal]);
            bench.holds(&[(path, content)]).await;
        }
        Ok(sent) => {
            assert_eq!(bench.able.conditional_write, ConditionalWrite::DetectAfter, "theirs was replaced");
            let overtaken = sent.overtaken.expect("theirs was overtaken");
            is_version(bench, &sent.remote, path, &overtaken.id, content).await;
        }
    }
}

async fn is_version(bench: &Bench, remote: &Remote, path: &str, version: &VersionId, content: &[u8]) {
    let (item, sink) = (super::reference(remote, path), Taken::default());
    bench.provider.download(&item, Some(version), &sink).await.unwrap();
    assert_eq!(blob(&sink.bytes()), blob(content));
}
