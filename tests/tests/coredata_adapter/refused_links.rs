//! Large contents where the service gives no links to send them over.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use tidemark_core::node::Remote;
use tidemark_providers::provider::{Content, ContentReader, Upload};
use tidemark_providers::{ErrorKind, Result};
use tidemark_tests::doubles::{Memory, Session, hash};
use tidemark_tests::fake::coredata::{Effect, Endpoint, FakeCoreData, Fault};

use super::{CoreData, MIB, by_path, item, kind, pattern};

/// One whose listing has brought `a`, with an older content.
async fn without_links(status: u16) -> (CoreData, Remote) {
    let service = CoreData::with(FakeCoreData::with().gives_no_links(status));
    service.fake.put_file("a", "before");
    let before = service.list().await.items["a"].clone();
    service.fake.forget_requests();
    (service, before)
}

#[tokio::test]
async fn they_go_into_the_request_and_the_refusal_is_remembered() {
    for status in [401, 403, 404, 405] {
        let (service, before) = without_links(status).await;
        let content = pattern(9 * MIB);
        let made = service.create("b", &content).await.unwrap();
        assert_eq!(service.fake.summary().requests, 4, "a look, the refusal, the content, a look");
        let edited = service.replace(&before, "a", &content).await.unwrap();
        assert_eq!(service.fake.summary().requests, 5, "{status}");
        service.create("c", &content).await.unwrap();
        assert_eq!(service.fake.summary().requests, 8);
        assert_eq!(service.count(Endpoint::BeginBlob), 1);
        for (path, sent) in [("a", &edited.remote), ("b", &made.remote)] {
            assert!(service.content(path) == content, "{status} {path}");
            assert_eq!(sent.hash, Some(hash(&content)));
            assert_eq!(*sent.revision.0, *service.fake.file(path).unwrap().snapshot.to_string());
        }
        service.no_breaches();
    }
}

#[tokio::test]
async fn another_answer_is_no_refusal() {
    for status in [400, 429, 500, 503] {
        let (service, _) = without_links(status).await;
        assert!(service.create("b", &pattern(9 * MIB)).await.is_err(), "{status}");
        assert!(service.create("b", &pattern(9 * MIB)).await.is_err(), "{status}");
        assert_eq!((service.count(Endpoint::BeginBlob), service.count(Endpoint::CreateFile)), (2, 0));
    }
}

#[tokio::test]
async fn what_arrives_is_verified() {
    let (service, before) = without_links(404).await;
    let content = Memory::of(&pattern(9 * MIB));
    for (to, expects, at) in [
        (by_path("b"), None, Endpoint::CreateFile),
        (item(&before, "a"), Some(&before.revision), Endpoint::ReplaceContent),
    ] {
        service.fake.inject(Fault::new(Effect::StoreShort { missing: 2 }).at([at]).nth(1));
        let session = Session::default();
        let failed = service.send(&to, expects, &content, &session).await;
        assert_eq!(kind(failed), ErrorKind::DigestMismatch, "{at:?}");
        service.send(&to, expects, &content, &session).await.unwrap();
        assert!(service.content(to.path.as_str()) == pattern(9 * MIB));
        assert_eq!(session.state(), None);
    }
    assert_eq!(service.fake.files().len(), 2);
    service.no_breaches();
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_file_and_no_second_version() {
    let (service, before) = without_links(403).await;
    let lost = |at| Fault::new(Effect::CloseAfterEffect).at([at]).nth(1);
    service.fake.inject(lost(Endpoint::CreateFile));
    service.fake.inject(lost(Endpoint::ReplaceContent));
    let content = Memory::of(&pattern(9 * MIB));
    for (to, expects) in [(by_path("b"), None), (item(&before, "a"), Some(&before.revision))] {
        let session = Session::default();
        assert_eq!(kind(service.send(&to, expects, &content, &session).await), ErrorKind::Network);
        let snapshot = service.fake.file(to.path.as_str()).unwrap().snapshot;
        let sent = service.send(&to, expects, &content, &session).await.unwrap();
        assert_eq!(*sent.remote.revision.0, *snapshot.to_string());
        assert_eq!(session.state(), None);
    }
    assert_eq!((service.fake.files().len(), service.count(Endpoint::CreateFile)), (2, 1));
    service.no_breaches();
}

#[tokio::test]
async fn what_changes_while_it_is_sent_never_arrives() {
    let (service, before) = without_links(404).await;
    let first = pattern(9 * MIB);
    let mut other = first.clone();
    other[0] ^= 1;
    let cases = [(&first, &other[..], false), (&first, &first[1..], false), (&first, &first[..], true)];
    for (first, second, touched) in cases {
        for (to, expects) in [(by_path("b"), None), (item(&before, "a"), Some(&before.revision))] {
            let again = Memory::of(second);
            let again = if touched { again.touched() } else { again };
            let content = Twice { first: Memory::of(first), again, is_open: AtomicBool::new(false) };
            let session = Session::default();
            let upload = Upload { to: &to, expects, content: &content, session: &session };
            assert_eq!(kind(service.provider.upload(upload).await), ErrorKind::LocalChanged);
            assert_eq!(session.state(), None, "nothing was made of it");
        }
    }
    assert_eq!((service.fake.files().len(), service.content("a")), (1, "before".into()));
}

/// Another content when it is opened again.
struct Twice {
    first: Memory,
    again: Memory,
    is_open: AtomicBool,
}

#[async_trait]
impl Content for Twice {
    fn size(&self) -> u64 {
        self.first.size()
    }

    fn modified_ns(&self) -> i64 {
        self.first.modified_ns()
    }

    async fn open(&self) -> Result<Box<dyn ContentReader>> {
        let is_again = self.is_open.swap(true, Ordering::Relaxed);
        if is_again { self.again.open().await } else { self.first.open().await }
    }
}
