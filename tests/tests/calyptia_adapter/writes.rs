//! New files, edits, renames, deletions, and the races that they lose.

use tidemark_providers::Retry;
use tidemark_tests::doubles::hash;
use tidemark_tests::fake::calyptia::{Effect, Fault};

use crate::*;

/// The largest file: a MiB in base64.
const MOST: u64 = 786_432;

#[tokio::test]
async fn a_new_file_costs_a_request() {
    let calyptia = Calyptia::start();
    for size in [0, 1, 2, 3, 100_000, MOST] {
        calyptia.fake.forget_requests();
        let name = format!("{size}");
        let content = pattern(size);
        let sent = calyptia.create(&name, &content).await.unwrap().remote;
        assert_eq!(calyptia.fake.summary().requests, 1);
        assert_eq!((sent.size, sent.hash, sent.write_only), (Some(size), Some(hash(&content)), false));
        let listed = calyptia.list().await;
        assert_eq!(Remote { modified_ns: sent.modified_ns, ..listed[&name].clone() }, sent);
        assert_eq!(calyptia.fetch(&of(&sent, &name)).await.unwrap().1, content);
    }
    calyptia.no_breaches();
}

#[tokio::test]
async fn what_is_too_large_is_not_sent() {
    let calyptia = Calyptia::start();
    assert_eq!(calyptia.provider.capabilities().max_size, Some(MOST));
    let refused = error(calyptia.create("a", &pattern(MOST + 1)).await);
    assert_eq!((refused.kind, refused.retry), (ErrorKind::TooLarge, Retry::Never));
    assert_eq!(calyptia.fake.summary().requests, 0);
}

#[tokio::test]
async fn empty_files_that_are_refused_are_asked_about_once() {
    let calyptia = Calyptia::with(FakeCalyptia::with().no_empty_files());
    for name in ["a", "b"] {
        let refused = error(calyptia.create(name, b"").await);
        assert_eq!((refused.kind, refused.retry), (ErrorKind::Refused, Retry::Never));
        assert!(refused.sentence().contains("no empty files"), "{}", refused.sentence());
    }
    assert_eq!(calyptia.fake.summary().requests, 1);
    let sent = calyptia.create("c", b"x").await.unwrap().remote;
    assert_eq!(kind(calyptia.replace(&sent, "c", b"").await), ErrorKind::Refused);
    calyptia.no_breaches();
}

#[tokio::test]
async fn a_name_that_is_taken_is_not_overwritten() {
    let calyptia = Calyptia::start();
    calyptia.fake.put_file("a", "theirs");
    assert_eq!(kind(calyptia.create("a", b"ours").await), ErrorKind::AlreadyExists);
    assert_eq!(calyptia.contents(), [("a".to_owned(), "theirs".into())]);
    let same = calyptia.create("a", b"theirs").await.unwrap().remote;
    assert_eq!(same, calyptia.list().await["a"]);
    calyptia.no_breaches();
}

#[tokio::test]
async fn an_edit_costs_a_look_and_a_request() {
    let calyptia = Calyptia::with(FakeCalyptia::with().finer_times_in_listings());
    let mut known = calyptia.create("a", b"0").await.unwrap().remote;
    calyptia.fake.forget_requests();
    for content in [&b"1"[..], b"22", b"", b"0"] {
        known = calyptia.replace(&known, "a", content).await.unwrap().remote;
        assert_eq!((known.size, known.hash), (Some(content.len() as u64), Some(hash(content))));
    }
    assert_eq!((calyptia.requests(Endpoint::List), calyptia.requests(Endpoint::Update)), (4, 4));
    let listed = calyptia.list().await;
    assert_eq!(listed["a"].revision, known.revision);
    calyptia.no_breaches();
}

#[tokio::test]
async fn a_lost_race_is_seen_before_the_write() {
    let calyptia = Calyptia::start();
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    calyptia.fake.put_file("a", "theirs");
    assert_eq!(kind(calyptia.replace(&known, "a", b"ours").await), ErrorKind::RevisionMismatch);
    assert_eq!(kind(calyptia.rename(&known, "a", "b").await), ErrorKind::RevisionMismatch);
    assert_eq!(kind(calyptia.delete(&known, "a").await), ErrorKind::RevisionMismatch);
    assert_eq!(calyptia.contents(), [("a".to_owned(), "theirs".into())]);

    calyptia.fake.put_file("a", "0");
    assert!(calyptia.fake.rename("a", "z"));
    assert_eq!(kind(calyptia.replace(&known, "a", b"ours").await), ErrorKind::RevisionMismatch);
    assert_eq!(kind(calyptia.rename(&known, "a", "b").await), ErrorKind::RevisionMismatch);
    assert_eq!(kind(calyptia.delete(&known, "a").await), ErrorKind::RevisionMismatch);

    assert!(calyptia.fake.delete("z"));
    assert_eq!(kind(calyptia.replace(&known, "a", b"ours").await), ErrorKind::RevisionMismatch);
    calyptia.delete(&known, "a").await.unwrap();
    assert_eq!(calyptia.requests(Endpoint::Update) + calyptia.requests(Endpoint::Delete), 0);
    calyptia.no_breaches();
}

#[tokio::test]
async fn an_edit_that_gets_between_look_and_rename_is_seen_afterwards() {
    let calyptia = Calyptia::start();
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    calyptia.fake.inject(Fault::new(Effect::RaceVersion { content: "theirs".into() }).at([Endpoint::Update]));
    let moved = calyptia.rename(&known, "a", "b").await.unwrap();
    assert_ne!(calyptia.list().await["b"].revision, moved.revision);
    assert_eq!(calyptia.contents(), [("b".to_owned(), "theirs".into())]);
}

#[tokio::test]
async fn a_file_deleted_between_look_and_write_is_a_lost_race() {
    let calyptia = Calyptia::start();
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    for code in [404, 410] {
        calyptia.fake.inject(Fault::new(Effect::Status { code, retry_after: None }).at([Endpoint::Update]));
        assert_eq!(kind(calyptia.replace(&known, "a", b"1").await), ErrorKind::RevisionMismatch);
        assert_eq!(kind(calyptia.rename(&known, "a", "b").await), ErrorKind::RevisionMismatch);
        calyptia.fake.heal();
    }
}

#[tokio::test]
async fn a_rename_keeps_content_and_revision() {
    let calyptia = Calyptia::start();
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    calyptia.fake.put_file("taken", "x");
    assert_eq!(kind(calyptia.rename(&known, "a", "taken").await), ErrorKind::AlreadyExists);
    calyptia.fake.forget_requests();
    let moved = calyptia.rename(&known, "a", "A").await.unwrap();
    assert_eq!((&moved.id, &moved.revision, moved.hash), (&known.id, &known.revision, known.hash));
    assert_eq!((calyptia.requests(Endpoint::List), calyptia.requests(Endpoint::Update)), (1, 1));
    assert_eq!(calyptia.provider.stat(&of(&known, "a")).await.unwrap(), None);
    assert_eq!(calyptia.list().await["A"].revision, moved.revision);
    calyptia.no_breaches();
}

#[tokio::test]
async fn a_name_taken_between_look_and_rename_is_refused() {
    let calyptia = Calyptia::start();
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    calyptia.fake.inject(Fault::new(Effect::Status { code: 409, retry_after: None }).at([Endpoint::Update]));
    assert_eq!(kind(calyptia.rename(&known, "a", "b").await), ErrorKind::AlreadyExists);
}

#[tokio::test]
async fn a_deleted_file_is_gone() {
    let calyptia = Calyptia::start();
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    calyptia.fake.forget_requests();
    calyptia.delete(&known, "a").await.unwrap();
    assert_eq!((calyptia.requests(Endpoint::List), calyptia.requests(Endpoint::Delete)), (1, 1));
    calyptia.delete(&known, "a").await.unwrap();
    assert_eq!(calyptia.requests(Endpoint::Delete), 1);
    calyptia.no_breaches();
}

#[tokio::test]
async fn a_file_that_a_pipeline_uses_stays() {
    let calyptia = Calyptia::start();
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    calyptia.fake.use_in_pipeline("a");
    let refused = error(calyptia.delete(&known, "a").await);
    assert_eq!((refused.kind, refused.retry), (ErrorKind::Refused, Retry::Never));
    assert!(refused.sentence().contains("in use by a pipeline"), "{}", refused.sentence());
    calyptia.fake.inject(Fault::new(Effect::Status { code: 409, retry_after: None }).at([Endpoint::Delete]));
    assert_eq!(kind(calyptia.delete(&known, "a").await), ErrorKind::Refused);
}

#[tokio::test]
async fn a_deletion_is_believed_when_it_is_seen() {
    let calyptia = Calyptia::with(FakeCalyptia::with().says_nothing_was_deleted());
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    assert_eq!(kind(calyptia.delete(&known, "a").await), ErrorKind::Refused);
    let calyptia = Calyptia::start();
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    calyptia.fake.inject(Fault::new(Effect::Status { code: 404, retry_after: None }).at([Endpoint::Delete]));
    assert_eq!(kind(calyptia.delete(&known, "a").await), ErrorKind::Refused);
    calyptia.fake.heal();
    calyptia.fake.inject(Fault::new(Effect::StatusAfterEffect { code: 404 }).at([Endpoint::Delete]));
    calyptia.delete(&known, "a").await.unwrap();
}

#[tokio::test]
async fn what_changes_while_it_is_read_is_not_sent() {
    let calyptia = Calyptia::start();
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    let touched = || Memory::of(b"half").touched();
    assert_eq!(kind(calyptia.send("b", None, &touched()).await), ErrorKind::LocalChanged);
    assert_eq!(kind(calyptia.send("a", Some(&known), &touched()).await), ErrorKind::LocalChanged);
    assert_eq!(calyptia.contents(), [("a".to_owned(), "0".into())]);
}
