use tidemark_providers::Retry;
use tidemark_tests::doubles::hash;
use tidemark_tests::fake::et_engine::{Effect, Fault};

use super::*;

const LARGE: usize = (20 << 20) + 12_345;

fn at(endpoint: Endpoint, effect: Effect) -> Fault {
    Fault::new(effect).at([endpoint])
}

#[tokio::test]
async fn a_new_small_file_takes_five_requests() {
    for settings in [FakeEtEngine::with(), FakeEtEngine::with().labels_json()] {
        let engine = Engine::with(settings, "");
        let sent = engine.create("a b 50% ä#?&+日.txt", b"hello").await.unwrap();
        assert_eq!(engine.fake.files(), [("a b 50% ä#?&+日.txt".to_owned(), 5)]);
        assert_eq!(engine.fake.content("a b 50% ä#?&+日.txt").unwrap(), "hello");
        assert_eq!((engine.provider.requests(), engine.fake.summary().requests), (5, 5));
        assert_eq!((sent.remote.size, sent.remote.hash), (Some(5), Some(hash(b"hello"))));
        assert_eq!((sent.remote.revision, sent.overtaken), (revision(5), None));
        engine.no_breaches();
    }
}

#[tokio::test]
async fn contents_of_any_size_arrive() {
    let engine = Engine::start();
    for size in [1, 8 << 20, (8 << 20) + 1, 9 << 20, 70 << 20] {
        let (content, session) = (Memory::of(&pattern(size)), Session::default());
        engine.fake.forget_requests();
        let sent = engine.send(&format!("{size}"), None, &content, &session).await.unwrap();
        assert!(engine.fake.content(&format!("{size}")).unwrap() == pattern(size));
        assert_eq!((sent.remote.hash, session.state()), (Some(hash(&pattern(size))), None));
        let parts = (size as u64).div_ceil(8 << 20);
        assert_eq!(engine.count(Endpoint::PutPart), parts);
        assert_eq!(engine.fake.summary().requests, 4 + parts + u64::from(parts > 1));
    }
    engine.no_breaches();
}

#[tokio::test]
async fn folders_that_are_missing_are_made() {
    for settings in [FakeEtEngine::with(), FakeEtEngine::with().calls_mistakes_400()] {
        let engine = Engine::with(settings, "team");
        engine.create("a/b/c", b"1").await.unwrap();
        assert_eq!(engine.names(), ["team/a/b/c"]);
        engine.no_breaches();
    }
}

#[tokio::test]
async fn a_replacement_expects_what_it_replaces() {
    let engine = Engine::start();
    engine.create("a", b"1").await.unwrap();
    engine.replace("a", 1, b"22").await.unwrap();
    for content in [b"333".to_vec(), pattern(LARGE)] {
        assert_eq!(kind(engine.replace("a", 1, &content).await), ErrorKind::RevisionMismatch);
        assert_eq!(kind(engine.create("a", &content).await), ErrorKind::AlreadyExists);
    }
    assert_eq!(engine.fake.content("a").unwrap(), "22");
    engine.fake.delete("a");
    assert_eq!(kind(engine.replace("a", 2, b"333").await), ErrorKind::RevisionMismatch);
    engine.fake.make_folder("a");
    assert_eq!(kind(engine.create("a", b"333").await), ErrorKind::AlreadyExists);
    assert_eq!(engine.fake.files(), [], "what was begun is removed");
    engine.no_breaches();
}

#[tokio::test]
async fn a_race_is_seen_until_right_before_the_end() {
    for size in [5, LARGE] {
        let engine = Engine::start();
        engine.fake.put("a", "1");
        engine.fake.inject(at(Endpoint::PutPart, Effect::RaceVersion { content: "theirs".into() }).first(1));
        assert_eq!(kind(engine.replace("a", 1, &pattern(size)).await), ErrorKind::RevisionMismatch);
        engine.fake.heal();
        engine.fake.inject(at(Endpoint::PutPart, Effect::RaceVersion { content: "theirs".into() }).first(1));
        assert_eq!(kind(engine.create("b", &pattern(size)).await), ErrorKind::AlreadyExists);
        assert_eq!(engine.fake.files(), [("a".to_owned(), 6), ("b".to_owned(), 6)]);
        engine.no_breaches();
    }
}

#[tokio::test]
async fn a_changed_file_is_never_made_visible() {
    let engine = Engine::start();
    for size in [5, LARGE] {
        let session = Session::default();
        let content = Memory::of(&pattern(size)).touched();
        assert_eq!(kind(engine.send("a", None, &content, &session).await), ErrorKind::LocalChanged);
        assert_eq!((engine.fake.files(), session.state()), (vec![], None));
    }
    assert_eq!(engine.count(Endpoint::Complete), 0);
    engine.no_breaches();
}

#[tokio::test]
async fn an_interrupted_upload_goes_on_after_a_restart() {
    const SIZE: usize = 70 << 20;
    let engine = Engine::start();
    let (content, session) = (Memory::of(&pattern(SIZE)), Session::default());
    engine.fake.inject(at(Endpoint::PutPart, Effect::CloseBeforeAnswer).nth(7));
    assert_eq!(kind(engine.send("big", None, &content, &session).await), ErrorKind::Network);
    let engine = engine.restarted();
    assert!(engine.list().await.is_empty(), "it isn't seen before it is complete");
    engine.fake.forget_requests();
    let sent = engine.send("big", None, &content, &session).await.unwrap();
    let bytes = engine.fake.summary().bytes_in;
    assert!(bytes < 25 << 20, "{bytes} bytes of {SIZE} were sent after the restart");
    assert!(engine.fake.content("big").unwrap() == pattern(SIZE));
    assert_eq!((sent.remote.hash, session.state()), (Some(hash(&pattern(SIZE))), None));
    assert_eq!(engine.names(), ["big"]);
    engine.no_breaches();
}

#[tokio::test]
async fn parts_that_changed_since_are_sent_anew() {
    let engine = Engine::start();
    let session = Session::default();
    engine.fake.inject(at(Endpoint::Complete, Effect::CloseBeforeAnswer).first(1));
    let first = engine.send("big", None, &Memory::of(&pattern(LARGE)), &session).await;
    assert_eq!(kind(first), ErrorKind::Network);
    let mut changed = pattern(LARGE);
    changed[9 << 20] ^= 1;
    engine.fake.forget_requests();
    // The same size and time, other bytes.
    engine.send("big", None, &Memory::of(&changed), &session).await.unwrap();
    assert!(engine.fake.content("big").unwrap() == changed);
    assert_eq!(engine.count(Endpoint::PutPart), 1);
    engine.no_breaches();
}

#[tokio::test]
async fn what_another_content_left_is_removed_and_nothing_else() {
    let engine = Engine::start();
    engine.fake.put(&format!("big.{ID}"), "somebody else's");
    let session = Session::default();
    engine.fake.inject(at(Endpoint::PutPart, Effect::CloseBeforeAnswer).nth(2));
    let first = engine.send("big", None, &Memory::of(&pattern(LARGE)), &session).await;
    assert_eq!(kind(first), ErrorKind::Network);
    assert_eq!(engine.names().len(), 2);
    let left = Session::after(session.state().unwrap());
    let engine = engine.restarted();
    engine.send("big", None, &Memory::of(b"short"), &left).await.unwrap();
    assert_eq!(engine.names(), ["big".to_owned(), format!("big.{ID}")]);
    assert_eq!(engine.count(Endpoint::Delete), 1);
    engine.no_breaches();
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_reading_back() {
    for size in [5, LARGE] {
        for effect in [Effect::CloseAfterEffect, Effect::StatusAfterEffect { code: 500 }] {
            for replaced in [false, true] {
                let engine = Engine::start();
                let (content, session) = (Memory::of(&pattern(size)), Session::default());
                let expects = replaced.then_some(size as u64);
                if replaced {
                    // Of the same size: only reading it back tells.
                    engine.fake.put("a", vec![b'o'; size]);
                }
                engine.fake.inject(at(Endpoint::Complete, effect.clone()).first(1));
                let lost = error(engine.send("a", expects, &content, &session).await);
                assert_eq!(lost.retry, Retry::Backoff, "{}", lost.sentence());
                let engine = engine.restarted();
                let sent = engine.send("a", expects, &content, &session).await.unwrap();
                assert_eq!((sent.remote.hash, session.state()), (Some(hash(&pattern(size))), None));
                assert_eq!((engine.count(Endpoint::Complete), engine.names()), (1, vec!["a".to_owned()]));
                assert!(engine.fake.content("a").unwrap() == pattern(size));
                engine.no_breaches();
            }
        }
    }
}

#[tokio::test]
async fn anothers_content_is_not_taken_for_ours() {
    let engine = Engine::start();
    let (content, session) = (Memory::of(b"ours"), Session::default());
    engine.fake.inject(at(Endpoint::Complete, Effect::CloseAfterEffect).first(1));
    assert_eq!(kind(engine.send("a", None, &content, &session).await), ErrorKind::Network);
    engine.fake.put("a", "else");
    assert_eq!(kind(engine.send("a", None, &content, &session).await), ErrorKind::AlreadyExists);
    assert_eq!(engine.fake.content("a").unwrap(), "else");
}

#[tokio::test]
async fn an_upload_that_the_service_forgot_begins_anew() {
    for (endpoint, nth) in [(Endpoint::PutPart, 3), (Endpoint::Complete, 1)] {
        for settings in [FakeEtEngine::with(), FakeEtEngine::with().calls_mistakes_400()] {
            let engine = Engine::with(settings, "");
            let (content, session) = (Memory::of(&pattern(LARGE)), Session::default());
            engine.fake.inject(at(endpoint, Effect::LoseBlocks).nth(nth));
            let forgotten = error(engine.send("a", None, &content, &session).await);
            assert_eq!((forgotten.kind, forgotten.retry), (ErrorKind::Unavailable, Retry::Backoff));
            engine.send("a", None, &content, &session).await.unwrap();
            assert!(engine.fake.content("a").unwrap() == pattern(LARGE));
            assert_eq!(engine.names(), ["a"]);
        }
    }
}

#[tokio::test]
async fn a_content_that_arrived_short_is_noticed() {
    let engine = Engine::start();
    engine.fake.inject(at(Endpoint::PutPart, Effect::StoreShort { missing: 3 }).first(1));
    let short = error(engine.create("a", &pattern(50)).await);
    assert_eq!((short.kind, short.retry), (ErrorKind::DigestMismatch, Retry::Backoff));
}

#[tokio::test]
async fn empty_files_are_tried_once() {
    let engine = Engine::start();
    assert!(engine.provider.capabilities().empty_files);
    let session = Session::default();
    let refused = error(engine.send("a", None, &Memory::of(b""), &session).await);
    assert_eq!((refused.kind, refused.retry), (ErrorKind::Refused, Retry::Never));
    assert!(refused.sentence().contains("takes no empty files"), "{}", refused.sentence());
    assert!(!engine.provider.capabilities().empty_files);
    assert_eq!(kind(engine.create("b", b"").await), ErrorKind::Refused);
    assert_eq!(engine.count(Endpoint::Begin), 1);
    let engine = engine.restarted();
    assert_eq!(kind(engine.send("a", None, &Memory::of(b""), &session).await), ErrorKind::Refused);
    assert_eq!(engine.count(Endpoint::Begin), 1, "the file remembers it");
    assert!(engine.list().await.is_empty(), "what the service made of it isn't seen");
}

#[tokio::test]
async fn a_service_in_trouble_is_not_taken_to_refuse_empty_files() {
    let engine = Engine::start();
    engine.fake.inject(Fault::new(Effect::Status { code: 500, retry_after: None }));
    let failed = error(engine.create("a", b"").await);
    assert_eq!((failed.kind, failed.retry), (ErrorKind::Unavailable, Retry::Backoff));
    assert!(engine.provider.capabilities().empty_files);
}

#[tokio::test]
async fn an_empty_file_is_a_file_where_the_service_takes_it() {
    let engine = Engine::with(FakeEtEngine::with().takes_empty_files(), "");
    let sent = engine.create("a", b"").await.unwrap();
    assert_eq!((sent.remote.size, engine.names()), (Some(0), vec!["a".to_owned()]));
    assert_eq!(engine.fetch("a").await.unwrap(), "");
    engine.no_breaches();
}
