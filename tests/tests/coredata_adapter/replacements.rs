//! New contents of files that are there.

use tidemark_providers::ErrorKind;
use tidemark_tests::doubles::{Memory, Session, hash};
use tidemark_tests::fake::coredata::{Effect, Endpoint, FakeCoreData, Fault};

use super::{CoreData, MIB, by_path, error, item, kind, pattern};

#[tokio::test]
async fn an_edit_costs_one_request_and_a_large_one_three() {
    for (size, requests) in [(0, 1), (5, 1), (8 * MIB, 1), (9 * MIB, 3), (70 * MIB, 3)] {
        let service = CoreData::start();
        service.fake.put_file("d/a.txt", "before");
        let listed = service.list().await;
        service.fake.forget_requests();
        let content = pattern(size);
        let edited = service.replace(&listed.items["d/a.txt"], "d/a.txt", &content).await.unwrap();
        assert_eq!(service.fake.summary().requests, requests, "{size}");
        assert!(service.content("d/a.txt") == content);
        let file = service.fake.file("d/a.txt").unwrap();
        assert_eq!(*edited.remote.revision.0, *file.snapshot.to_string());
        assert_eq!(edited.remote.hash, Some(hash(&content)));
        service.no_breaches();
    }
}

#[tokio::test]
async fn an_answer_that_says_nothing_is_looked_up() {
    let service = CoreData::with(FakeCoreData::with().says_nothing_of_new_contents());
    service.fake.put_file("a", "before");
    let listed = service.list().await;
    let edited = service.replace(&listed.items["a"], "a", b"after").await.unwrap();
    assert_eq!(*edited.remote.revision.0, *service.fake.file("a").unwrap().snapshot.to_string());
    assert_eq!(service.count(Endpoint::GetFile), 1);
}

#[tokio::test]
async fn a_lost_race_is_known_whatever_status_says_so() {
    for status in [400, 409, 412, 422, 423, 500] {
        for size in [5, 9 * MIB] {
            let service = CoreData::with(FakeCoreData::with().mismatch(status));
            service.fake.put_file("a", "before");
            let listed = service.list().await;
            let race = Effect::RaceVersion { content: "theirs".into() };
            service.fake.inject(Fault::new(race).at([Endpoint::ReplaceContent]).nth(1));
            let lost = service.replace(&listed.items["a"], "a", &pattern(size)).await;
            assert_eq!(kind(lost), ErrorKind::RevisionMismatch, "{status}");
            assert_eq!(service.content("a"), "theirs");
            service.no_breaches();
        }
    }
}

#[tokio::test]
async fn a_refusal_that_is_no_race_stays_what_it_is() {
    for (status, expected) in [
        (400, ErrorKind::Refused),
        (403, ErrorKind::Forbidden),
        (413, ErrorKind::TooLarge),
        (401, ErrorKind::Unauthorized),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Unavailable),
        (507, ErrorKind::QuotaExceeded),
    ] {
        let service = CoreData::start();
        service.fake.put_file("a", "before");
        let listed = service.list().await;
        let effect = Effect::Status { code: status, retry_after: None };
        service.fake.inject(Fault::new(effect).at([Endpoint::ReplaceContent]));
        assert_eq!(kind(service.replace(&listed.items["a"], "a", b"x").await), expected, "{status}");
    }
}

#[tokio::test]
async fn what_was_deleted_meanwhile_is_a_lost_race() {
    for shows_trash in [false, true] {
        let settings = FakeCoreData::with();
        let service = CoreData::with(if shows_trash { settings.shows_trash() } else { settings });
        service.fake.put_file("a", "before");
        let listed = service.list().await;
        service.fake.delete("a");
        assert_eq!(kind(service.replace(&listed.items["a"], "a", b"x").await), ErrorKind::RevisionMismatch);
        assert_eq!(service.fake.files(), []);
    }
}

#[tokio::test]
async fn a_lost_answer_is_found_by_the_next_attempt() {
    for size in [5, 9 * MIB] {
        for effect in [Effect::CloseAfterEffect, Effect::StatusAfterEffect { code: 502 }] {
            let service = CoreData::start();
            service.fake.put_file("a", "before");
            let before = service.list().await.items["a"].clone();
            service.fake.inject(Fault::new(effect).at([Endpoint::ReplaceContent]).nth(1));
            let (content, session) = (Memory::of(&pattern(size)), Session::default());
            let (to, expects) = (item(&before, "a"), Some(&before.revision));
            assert!(service.send(&to, expects, &content, &session).await.is_err());
            let edited = service.send(&to, expects, &content, &session).await.unwrap();
            assert_eq!(*edited.remote.revision.0, *service.fake.file("a").unwrap().snapshot.to_string());
            assert_eq!(session.state(), None);
            service.no_breaches();
        }
    }
}

#[tokio::test]
async fn a_spoiled_content_is_replaced_by_the_next_attempt_and_by_nobody_elses() {
    let service = CoreData::start();
    service.fake.put_file("a", "before");
    let before = service.list().await.items["a"].clone();
    let (content, session) = (Memory::of(b"content"), Session::default());
    let (to, expects) = (item(&before, "a"), Some(&before.revision));
    service.fake.inject(Fault::new(Effect::StoreShort { missing: 2 }).at([Endpoint::ReplaceContent]).nth(1));
    assert_eq!(kind(service.send(&to, expects, &content, &session).await), ErrorKind::DigestMismatch);
    assert_eq!(service.content("a"), "conte");
    service.send(&to, expects, &content, &session).await.unwrap();
    assert_eq!(service.content("a"), "content");
    assert_eq!(session.state(), None);
    service.no_breaches();
}

#[tokio::test]
async fn a_spoiled_content_that_somebody_else_touched_blocks_nothing() {
    for edits in [true, false] {
        let service = CoreData::start();
        service.fake.put_file("a", "before");
        let before = service.list().await.items["a"].clone();
        let (content, session) = (Memory::of(b"content"), Session::default());
        let short = Fault::new(Effect::StoreShort { missing: 2 }).at([Endpoint::ReplaceContent]).nth(1);
        service.fake.inject(short);
        let to = item(&before, "a");
        let spoiled = service.send(&to, Some(&before.revision), &content, &session).await;
        assert_eq!(kind(spoiled), ErrorKind::DigestMismatch);
        match edits {
            true => drop(service.fake.put_file("a", "theirs")),
            false => assert!(service.fake.delete("a")),
        }
        let lost = service.send(&to, Some(&before.revision), &content, &session).await;
        assert_eq!(kind(lost), ErrorKind::RevisionMismatch);
        // What is there is looked at, and ours goes there or beside it.
        match edits {
            true => {
                let now = service.list().await.items["a"].clone();
                service.send(&to, Some(&now.revision), &content, &session).await.unwrap();
            }
            false => drop(service.send(&by_path("a"), None, &content, &session).await.unwrap()),
        }
        assert_eq!((service.content("a"), session.state()), ("content".into(), None), "{edits}");
        service.no_breaches();
    }
}

#[tokio::test]
async fn a_service_that_fails_is_sent_the_content_again_without_its_bytes() {
    let service = CoreData::start();
    service.fake.put_file("a", "before");
    let before = service.list().await.items["a"].clone();
    let failure = Effect::Status { code: 500, retry_after: None };
    service.fake.inject(Fault::new(failure).at([Endpoint::ReplaceContent]).nth(1));
    let (content, session) = (Memory::of(&pattern(9 * MIB)), Session::default());
    let (to, expects) = (item(&before, "a"), Some(&before.revision));
    assert_eq!(kind(service.send(&to, expects, &content, &session).await), ErrorKind::Unavailable);
    service.send(&to, expects, &content, &session).await.unwrap();
    assert_eq!(service.count(Endpoint::PutBlob), 1);
    service.no_breaches();
}

#[tokio::test]
async fn a_content_that_is_at_the_storage_is_put_into_place_patiently() {
    let service = CoreData::start();
    service.fake.put_file("a", "before");
    let before = service.list().await.items["a"].clone();
    service.fake.inject(Fault::new(Effect::CloseBeforeAnswer).at([Endpoint::ReplaceContent]).nth(1));
    service.fake.inject(Fault::new(Effect::Delay { ms: 60_000 }).at([Endpoint::ReplaceContent]).nth(2));
    let (content, session) = (Memory::of(&pattern(9 * MIB)), Session::default());
    let (to, expects) = (item(&before, "a"), Some(&before.revision));
    assert_eq!(kind(service.send(&to, expects, &content, &session).await), ErrorKind::Network);
    // From here on waiting takes no time on our side.
    tokio::time::pause();
    let waited = error(service.send(&to, expects, &content, &session).await);
    assert!(waited.sentence().contains("300 seconds"), "{waited}");
}
