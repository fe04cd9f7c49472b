use tidemark_providers::Retry;
use tidemark_tests::fake::evo::{Effect, Endpoint, Fault, Lag};

use super::*;
use tidemark_tests::doubles::hash;

const LARGE: usize = (20 << 20) + 12_345;

fn count(evo: &Evo, endpoint: Endpoint) -> u64 {
    evo.fake.summary().by_endpoint.get(&endpoint).copied().unwrap_or(0)
}

#[tokio::test]
async fn a_new_small_file_takes_three_requests() {
    let evo = Evo::start();
    let sent = evo.create("a b/50% ä#?.txt", b"hello").await.unwrap();
    assert_eq!(evo.fake.content("a b/50% ä#?.txt").unwrap(), "hello");
    assert_eq!((evo.provider.requests(), evo.fake.summary().requests), (3, 3));
    assert_eq!((sent.remote.size, sent.remote.hash, sent.overtaken), (Some(5), Some(hash(b"hello")), None));
    assert_eq!(sent.remote.revision.to_string(), evo.fake.files()[0].version_id.to_string());
    evo.no_breaches();
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let evo = Evo::start();
    let sent = evo.create("empty", b"").await.unwrap();
    assert_eq!(sent.remote.size, Some(0));
    assert_eq!(evo.fetch(&item(&sent, "empty")).await.unwrap(), "");
    evo.no_breaches();
}

#[tokio::test]
async fn a_root_is_put_before_every_path() {
    let evo = Evo::with(FakeEvo::with(), "/team/A b/");
    let sent = evo.create("x", b"1").await.unwrap();
    assert_eq!(evo.fake.files()[0].path, "team/A b/x");
    assert_eq!(evo.fetch(&by_path("x")).await.unwrap(), "1");
    assert_eq!(evo.list().await, [("x".to_owned(), sent.remote.revision)]);
}

#[tokio::test]
async fn a_replacement_expects_what_it_replaces() {
    let evo = Evo::start();
    let first = evo.create("a", b"1").await.unwrap();
    let second = evo.replace(&first, "a", b"22").await.unwrap();
    assert_eq!((second.remote.id.clone(), second.overtaken), (first.remote.id.clone(), None));
    assert_eq!(kind(evo.replace(&first, "a", b"333").await), ErrorKind::RevisionMismatch);
    evo.fake.delete("a");
    assert_eq!(kind(evo.replace(&first, "a", b"333").await), ErrorKind::RevisionMismatch);
    assert_eq!(evo.fake.versions("a").len(), 2);
    evo.no_breaches();
}

#[tokio::test]
async fn nothing_counts_before_the_service_shows_it() {
    let evo = Evo::with(FakeEvo::with().processing(Lag::Requests(1)), "");
    let first = evo.create("a", b"1").await.unwrap();
    let second = evo.replace(&first, "a", b"22").await.unwrap();
    assert_eq!(evo.fake.content("a").unwrap(), "22");
    assert_ne!(first.remote.revision, second.remote.revision);
    assert_eq!(second.overtaken, None);
}

#[tokio::test]
async fn a_lost_race_is_found_in_the_history() {
    for newest_is_last in [false, true] {
        let settings = FakeEvo::with();
        let settings = if newest_is_last { settings.newest_is_last_committed() } else { settings };
        let evo = Evo::with(settings, "");
        let first = evo.create("a", b"1").await.unwrap();
        let race = Effect::RaceVersion { content: "theirs".into() };
        evo.fake.inject(Fault::new(race.clone()).at([Endpoint::LinkById]).first(1));
        let second = evo.replace(&first, "a", b"ours").await.unwrap();
        let overtaken = second.overtaken.expect("their version");
        assert_eq!(evo.fake.versions("a")[1].version_id.to_string(), overtaken.id.0);
        assert_eq!(evo.fake.content("a").unwrap(), "ours");
        evo.fake.inject(Fault::new(race).at([Endpoint::LinkByPath]).first(1));
        evo.list().await;
        assert!(evo.create("b", b"ours").await.unwrap().overtaken.is_some());
        evo.no_breaches();
    }
}

#[tokio::test]
async fn an_earlier_life_of_a_path_is_no_race() {
    let evo = Evo::with(FakeEvo::with().reuse_ids(), "");
    evo.list().await;
    let first = evo.create("a", b"1").await.unwrap();
    let id = item(&first, "a");
    evo.provider.delete(&id, tidemark_core::node::Kind::File, &first.remote.revision).await.unwrap();
    let second = evo.create("a", b"2").await.unwrap();
    assert_eq!((second.remote.id.clone(), second.overtaken), (first.remote.id, None));
    let third = Evo { provider: open(&evo.fake, ""), fake: evo.fake };
    third.fake.delete("a");
    third.fake.clock().advance(jiff::SignedDuration::from_secs(10));
    third.list().await;
    assert_eq!(third.create("a", b"3").await.unwrap().overtaken, None);
    assert_eq!(third.fake.versions("a").len(), 3);
}

#[tokio::test]
async fn a_changed_file_is_never_made_visible() {
    let evo = Evo::start();
    let session = Session::default();
    for size in [5, LARGE] {
        let content = Memory::of(&pattern(size)).touched();
        let sent = evo.send(&by_path("a"), None, &content, &session).await;
        assert_eq!(kind(sent), ErrorKind::LocalChanged, "{size}");
    }
    assert_eq!(evo.fake.files(), []);
}

#[tokio::test]
async fn a_lost_answer_is_no_second_version() {
    for effect in [Effect::CloseAfterEffect, Effect::StatusAfterEffect { code: 503 }] {
        for (endpoint, size) in [(Endpoint::PutBlob, 5), (Endpoint::PutBlockList, LARGE)] {
            let evo = Evo::start();
            evo.fake.inject(Fault::new(effect.clone()).at([endpoint]).first(1));
            let (content, session) = (Memory::of(&pattern(size)), Session::default());
            let lost = error(evo.send(&by_path("a"), None, &content, &session).await);
            assert_eq!(lost.retry, Retry::Backoff, "{}", lost.sentence());
            let sent = evo.send(&by_path("a"), None, &content, &session).await.unwrap();
            assert_eq!((evo.fake.versions("a").len(), sent.overtaken), (1, None));
            assert_eq!((count(&evo, endpoint), session.state()), (1, None));
            evo.no_breaches();
        }
    }
}

#[tokio::test]
async fn another_content_after_a_lost_answer_is_our_own_next_version() {
    let evo = Evo::start();
    let first = evo.create("a", b"1").await.unwrap();
    evo.fake.inject(Fault::new(Effect::CloseAfterEffect).at([Endpoint::PutBlob]).first(1));
    assert_eq!(kind(evo.replace(&first, "a", b"22").await), ErrorKind::Network);
    let third = evo.replace(&first, "a", b"333").await.unwrap();
    assert_eq!((evo.fake.content("a").unwrap(), third.overtaken), ("333".into(), None));
}

#[tokio::test]
async fn a_large_file_goes_in_blocks() {
    let evo = Evo::start();
    let content = pattern(LARGE);
    let session = Session::default();
    let sent = evo.send(&by_path("big"), None, &Memory::of(&content), &session).await.unwrap();
    assert_eq!(evo.fake.content("big").unwrap(), content);
    assert_eq!(sent.remote.hash, Some(hash(&content)));
    assert_eq!((count(&evo, Endpoint::PutBlock), count(&evo, Endpoint::PutBlob)), (3, 0));
    assert!(session.saves() > 0 && session.state().is_none());
    evo.no_breaches();
}

#[tokio::test]
async fn an_interrupted_upload_goes_on_after_a_restart() {
    let evo = Evo::start();
    let content = Memory::of(&pattern(LARGE));
    let session = Session::default();
    evo.fake.inject(Fault::new(Effect::CloseBeforeAnswer).at([Endpoint::PutBlockList]).first(1));
    assert_eq!(kind(evo.send(&by_path("big"), None, &content, &session).await), ErrorKind::Network);
    assert!(session.state().is_some());
    let evo = Evo { provider: open(&evo.fake, ""), fake: evo.fake };
    evo.send(&by_path("big"), None, &content, &session).await.unwrap();
    assert_eq!(count(&evo, Endpoint::PutBlock), 3, "no block was sent twice");
    assert_eq!(evo.fake.versions("big").len(), 1);
    evo.no_breaches();
}

#[tokio::test]
async fn a_session_of_another_content_is_left() {
    let evo = Evo::start();
    let session = Session::default();
    evo.fake.inject(Fault::new(Effect::CloseBeforeAnswer).at([Endpoint::PutBlockList]).first(1));
    let first = evo.send(&by_path("big"), None, &Memory::of(&pattern(LARGE)), &session).await;
    assert_eq!(kind(first), ErrorKind::Network);
    let mut changed = pattern(LARGE);
    changed.reverse();
    // The same size and time, other bytes: each block shows it.
    let sent = evo.send(&by_path("big"), None, &Memory::of(&changed), &session).await.unwrap();
    assert_eq!(evo.fake.content("big").unwrap(), changed);
    assert_eq!(sent.remote.hash, Some(hash(&changed)));
    let newer = Memory::of(&pattern(LARGE)).modified(2);
    evo.send(&item(&sent, "big"), Some(&sent.remote.revision), &newer, &session).await.unwrap();
    assert_eq!(evo.fake.content("big").unwrap(), pattern(LARGE));
}

#[tokio::test]
async fn a_completed_session_of_other_bytes_is_not_taken_for_these() {
    let evo = Evo::start();
    let session = Session::default();
    evo.fake.inject(Fault::new(Effect::CloseAfterEffect).at([Endpoint::PutBlockList]).first(1));
    let first = evo.send(&by_path("big"), None, &Memory::of(&pattern(LARGE)), &session).await;
    assert_eq!(kind(first), ErrorKind::Network);
    let mut changed = pattern(LARGE);
    changed.reverse();
    let sent = evo.send(&by_path("big"), None, &Memory::of(&changed), &session).await.unwrap();
    assert_eq!(evo.fake.content("big").unwrap(), changed);
    assert_eq!(sent.overtaken, None, "the first version was ours");
}

#[tokio::test]
async fn a_link_that_ran_out_is_replaced_by_a_fresh_one() {
    for (endpoint, size) in [(Endpoint::PutBlob, 5), (Endpoint::PutBlock, LARGE)] {
        let evo = Evo::start();
        evo.fake.inject(Fault::new(Effect::Status { code: 403, retry_after: None }).at([endpoint]).first(1));
        let (content, session) = (Memory::of(&pattern(size)), Session::default());
        let expired = error(evo.send(&by_path("a"), None, &content, &session).await);
        assert_eq!((expired.kind, expired.retry), (ErrorKind::LinkExpired, Retry::Backoff));
        evo.send(&by_path("a"), None, &content, &session).await.unwrap();
        assert_eq!(evo.fake.versions("a").len(), 1);
        evo.no_breaches();
    }
}

#[tokio::test]
async fn blocks_that_the_storage_lost_are_sent_again() {
    let evo = Evo::start();
    evo.fake.inject(Fault::new(Effect::LoseBlocks).at([Endpoint::PutBlockList]).first(1));
    let (content, session) = (Memory::of(&pattern(LARGE)), Session::default());
    let lost = error(evo.send(&by_path("a"), None, &content, &session).await);
    assert_eq!((lost.kind, lost.retry), (ErrorKind::Unavailable, Retry::Backoff));
    evo.send(&by_path("a"), None, &content, &session).await.unwrap();
    assert_eq!(evo.fake.content("a").unwrap(), pattern(LARGE));
}

#[tokio::test]
async fn a_content_that_arrived_short_is_sent_again() {
    for (endpoint, size) in [(Endpoint::PutBlob, 50), (Endpoint::PutBlock, LARGE)] {
        let evo = Evo::start();
        evo.fake.inject(Fault::new(Effect::StoreShort { missing: 3 }).at([endpoint]).first(1));
        let (content, session) = (Memory::of(&pattern(size)), Session::default());
        let short = error(evo.send(&by_path("a"), None, &content, &session).await);
        assert_eq!((short.kind, short.retry), (ErrorKind::DigestMismatch, Retry::Backoff));
        let sent = evo.send(&by_path("a"), None, &content, &session).await.unwrap();
        assert_eq!((evo.fake.content("a").unwrap(), sent.overtaken), (pattern(size).into(), None));
    }
}

#[tokio::test]
async fn a_storage_without_blocks_gets_contents_whole() {
    for endpoint in [Endpoint::PutBlock, Endpoint::PutBlockList] {
        let evo = Evo::start();
        evo.fake.inject(Fault::new(Effect::Status { code: 400, retry_after: None }).at([endpoint]));
        let session = Session::default();
        for path in ["a", "b"] {
            let content = Memory::of(&pattern(LARGE));
            let sent = evo.send(&by_path(path), None, &content, &session).await.unwrap();
            assert_eq!((sent.remote.hash, sent.overtaken), (Some(hash(&pattern(LARGE))), None));
            assert_eq!(evo.fake.content(path).unwrap(), pattern(LARGE));
        }
        assert_eq!(count(&evo, Endpoint::PutBlob), 2);
        let touched = Memory::of(&pattern(LARGE)).touched();
        let changed = evo.send(&by_path("c"), None, &touched, &session).await;
        assert_eq!((kind(changed), evo.fake.content("c")), (ErrorKind::LocalChanged, None));
        evo.no_breaches();
    }
}
