use tidemark_core::node::{Kind, Revision};
use tidemark_providers::provider::VersionId;
use tidemark_tests::fake::kognitos::Access;

use super::*;

fn revision(id: &str) -> Revision {
    Revision(id.into())
}

#[tokio::test]
async fn a_file_is_as_it_was_or_gone() {
    let kognitos = Kognitos::with(FakeKognitos::with().odd_ids());
    let sent = kognitos.create("a", b"hello").await.unwrap().remote;
    let seen = kognitos.provider.stat(&item(&sent.id.0)).await.unwrap().unwrap();
    assert_eq!((&seen.id, &seen.revision, seen.size), (&sent.id, &sent.revision, Some(5)));
    assert_eq!(seen.modified_ns, sent.modified_ns);
    kognitos.fake.delete(&sent.id.0);
    assert_eq!(kognitos.provider.stat(&item(&sent.id.0)).await.unwrap(), None);
    let kognitos = kognitos.restarted();
    assert_eq!(kind(kognitos.fetch(&sent.id.0).await), ErrorKind::NotFound);
    kognitos.no_breaches();
}

#[tokio::test]
async fn only_a_files_own_absence_is_its_absence() {
    let kognitos = Kognitos::start();
    let id = kognitos.fake.put_file("a", "1");
    let patch =
        |pointer: &str, value: &str| Effect::PatchJson { pointer: pointer.into(), value: value.into() };
    for effect in [
        status(401),
        status(403),
        status(404),
        status(410),
        status(429),
        status(500),
        Effect::Html,
        Effect::CloseBeforeAnswer,
        Effect::TruncateBody { after: 5 },
        Effect::GarbageJson { size: 10 << 20 },
        Effect::Endless,
        Effect::Redirect { to: "https://elsewhere.example/".into() },
        patch("/name", "organizations/o/files/another"),
    ] {
        kognitos.fake.inject(Fault::new(effect.clone()).at([Endpoint::Metadata]));
        assert!(kognitos.provider.stat(&item(&id)).await.is_err(), "{effect:?}");
        kognitos.fake.heal();
    }
    assert!(kognitos.provider.stat(&item(&id)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_token_of_another_organization_is_found_out_by_the_check() {
    let kognitos = Kognitos::with(FakeKognitos::with().access(Access::Elsewhere));
    let id = kognitos.fake.put_file("a", "1");
    assert_eq!(kognitos.provider.stat(&item(&id)).await.unwrap(), None, "this is what the service says");
    assert_eq!(kind(kognitos.provider.check().await), ErrorKind::NotFound);
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_may_be_deleted_again() {
    let kognitos = Kognitos::with(FakeKognitos::with().odd_ids());
    let id = kognitos.create("a", b"1").await.unwrap().remote.id.0;
    let other = kognitos.provider.delete(&item(&id), Kind::File, &revision("another")).await;
    assert_eq!(kind(other), ErrorKind::RevisionMismatch);
    kognitos.provider.delete(&item(&id), Kind::File, &revision(&id)).await.unwrap();
    assert_eq!(kognitos.fake.files(), []);
    kognitos.provider.delete(&item(&id), Kind::File, &revision(&id)).await.unwrap();
    assert_eq!(kognitos.count(Endpoint::Delete), 2);
    kognitos.no_breaches();
}

#[tokio::test]
async fn a_deletion_that_isnt_known_to_be_done_is_an_error() {
    for effect in [status(404), status(403), status(500), Effect::Html, Effect::CloseAfterEffect] {
        let kognitos = Kognitos::start();
        let id = kognitos.fake.put_file("a", "1");
        kognitos.fake.inject(Fault::new(effect.clone()).at([Endpoint::Delete]));
        let deleted = kognitos.provider.delete(&item(&id), Kind::File, &revision(&id)).await;
        assert!(deleted.is_err(), "{effect:?}");
    }
}

#[tokio::test]
async fn moving_keeps_what_is_known_and_asks_nothing() {
    let kognitos = Kognitos::start();
    let sent = kognitos.create("a", b"hello").await.unwrap().remote;
    let moved = kognitos.provider.relocate(&item(&sent.id.0), &at("b/c"), &sent.revision).await.unwrap();
    assert_eq!((moved.id, moved.revision, moved.size), (sent.id, sent.revision, Some(5)));
    assert_eq!(kognitos.provider.requests(), 1);
}

#[tokio::test]
async fn there_are_no_versions() {
    let kognitos = Kognitos::start();
    let id = kognitos.fake.put_file("a", "1");
    assert_eq!(kognitos.provider.versions(&item(&id)).await.unwrap(), []);
    let version = VersionId("another".into());
    let fetched = kognitos.provider.download(&item(&id), Some(&version), &Taken::default()).await;
    assert_eq!(kind(fetched), ErrorKind::Unsupported);
    assert_eq!(kind(kognitos.provider.restore(&item(&id), &version).await), ErrorKind::Unsupported);
}
