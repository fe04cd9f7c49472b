//! Listings: pages, a set that moves, contents that come once.

use tidemark_providers::Retry;
use tidemark_tests::doubles::{Taken, hash};
use tidemark_tests::fake::calyptia::{Effect, Fault, Scheme};

use crate::*;

#[tokio::test]
async fn everything_is_listed_with_its_contents() {
    let calyptia = Calyptia::start();
    for (name, content) in [("a", &b"one"[..]), ("b", b""), ("c", &pattern(300_000))] {
        calyptia.fake.put_file(name, content.to_vec());
    }
    let listed = calyptia.list().await;
    assert_eq!(listed.keys().collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!((listed["a"].size, listed["a"].hash), (Some(3), Some(hash(b"one"))));
    for (name, remote) in &listed {
        let (fetched, bytes) = calyptia.fetch(&of(remote, name)).await.unwrap();
        assert_eq!((&fetched, hash(&bytes)), (remote, remote.hash.unwrap()));
    }
    assert_eq!(calyptia.fake.summary().requests, 1, "contents are never fetched twice");
    calyptia.no_breaches();
}

#[tokio::test]
async fn an_empty_instance_has_nothing() {
    let calyptia = Calyptia::start();
    assert!(calyptia.list().await.is_empty());
    assert_eq!(calyptia.provider.stat(&by_path("a")).await.unwrap(), None);
    calyptia.no_breaches();
}

#[tokio::test]
async fn pages_of_any_size_make_one_list() {
    for (size, refuses) in [(1, false), (2, false), (3, false), (7, false), (100, true), (3, true)] {
        let mut settings = FakeCalyptia::with().page(size);
        if refuses {
            settings = settings.refuses_larger_pages();
        }
        let calyptia = Calyptia::with(settings);
        for number in 0..7 {
            calyptia.fake.put_file(&format!("file {number}"), format!("{number}"));
        }
        assert_eq!(calyptia.list().await.len(), 7, "{size} {refuses}");
        calyptia.fake.forget_requests();
        assert_eq!(calyptia.list().await.len(), 7);
        let pages = if refuses && size == 3 { 7 } else { 7_u64.div_ceil(size as u64) };
        let expected = if pages == 1 { 1 } else { pages + 1 };
        assert_eq!(calyptia.requests(Endpoint::List), expected, "{size} {refuses}");
        calyptia.no_breaches();
    }
}

#[tokio::test]
async fn a_file_that_moves_to_the_front_is_not_lost() {
    let calyptia = Calyptia::with(FakeCalyptia::with().page(2).newest_by_change());
    for number in 0..6 {
        calyptia.fake.put_file(&format!("{number}"), "before");
    }
    // The oldest is touched while the second page is on its way, when it would have come on the third.
    let listing = calyptia.list();
    let touch = async {
        while calyptia.fake.summary().requests < 1 {
            tokio::task::yield_now().await;
        }
        calyptia.fake.put_file("0", "after");
    };
    calyptia.fake.inject(Fault::new(Effect::Delay { ms: 30 }).nth(2));
    let (listed, ()) = tokio::join!(listing, touch);
    assert_eq!(listed.len(), 6);
    assert_eq!(listed["0"].hash, Some(hash(b"after")));
    calyptia.no_breaches();
}

#[tokio::test]
async fn a_page_that_fails_fails_the_listing() {
    let effects = [
        (Effect::Status { code: 500, retry_after: None }, ErrorKind::Unavailable),
        (Effect::Status { code: 429, retry_after: Some(3) }, ErrorKind::RateLimited),
        (Effect::Html, ErrorKind::Protocol),
        (Effect::GarbageJson { size: 10 << 20 }, ErrorKind::Protocol),
        (Effect::TruncateBody { after: 40 }, ErrorKind::Network),
        (Effect::ShortBody { missing: 5 }, ErrorKind::Protocol),
        (Effect::CloseBeforeAnswer, ErrorKind::Network),
        (Effect::RepeatPage, ErrorKind::Protocol),
        (Effect::DropField { pointer: "/endCursor".into() }, ErrorKind::Protocol),
        (Effect::DropField { pointer: "/items".into() }, ErrorKind::Protocol),
        (Effect::PatchJson { pointer: "/endCursor".into(), value: 7.into() }, ErrorKind::Protocol),
    ];
    for (effect, expected) in effects {
        let calyptia = Calyptia::with(FakeCalyptia::with().page(2));
        for number in 0..6 {
            calyptia.fake.put_file(&format!("{number}"), "x");
        }
        calyptia.fake.inject(Fault::new(effect.clone()).nth(3));
        let error = error(calyptia.page().await);
        assert_eq!(error.kind, expected, "{effect:?}: {}", error.sentence());
        assert_ne!(error.retry, Retry::Never, "{effect:?}");
        assert_eq!(calyptia.list().await.len(), 6);
        calyptia.no_breaches();
    }
}

#[tokio::test]
async fn an_endless_list_ends() {
    let calyptia = Calyptia::start();
    for cursor in ["\"again\"", "\"\""] {
        let body = format!(
            r#"{{"items":[{{"id":"a","name":"a","contents":"","encrypted":false,
                "updatedAt":"2024-11-21T10:00:14.940Z"}}],"endCursor":{cursor},"count":1}}"#
        );
        calyptia.fake.inject(Fault::new(Effect::Answer { code: 200, headers: Default::default(), body }));
        let page = calyptia.page().await;
        assert_eq!(page.is_ok(), cursor == "\"\"", "an empty cursor leads nowhere");
        calyptia.fake.heal();
    }
    assert!(calyptia.fake.summary().requests < 5);
}

#[tokio::test]
async fn a_cursor_that_is_good_no_more_fails_the_listing() {
    let calyptia = Calyptia::with(FakeCalyptia::with().page(1));
    calyptia.fake.put_file("a", "1");
    calyptia.fake.put_file("b", "2");
    let other = Effect::PatchJson { pointer: "/endCursor".into(), value: "other".into() };
    calyptia.fake.inject(Fault::new(other).first(1));
    let error = error(calyptia.page().await);
    assert_eq!((error.kind, error.retry), (ErrorKind::Protocol, Retry::Backoff));
    assert_eq!(calyptia.list().await.len(), 2);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_nothing_is_gone_for_it() {
    let calyptia = Calyptia::start();
    calyptia.fake.put_file("good", "1");
    calyptia.fake.put_file("bad", "2");
    let broken = Effect::PatchJson { pointer: "/items/0/encrypted".into(), value: serde_json::Value::Null };
    calyptia.fake.inject(Fault::new(broken));
    let page = calyptia.page().await.unwrap();
    assert_eq!((page.changes.len(), page.unusable.len()), (1, 1));
    let error = error(calyptia.provider.stat(&by_path("bad")).await);
    assert_eq!(error.kind, ErrorKind::Protocol, "{}", error.sentence());
    assert!(calyptia.provider.stat(&by_path("good")).await.unwrap().is_some());
}

#[tokio::test]
async fn contents_that_are_no_base64_are_never_fetched() {
    let calyptia = Calyptia::start();
    calyptia.fake.put_file("a", "1");
    calyptia.fake.inject(Fault::new(Effect::PatchJson {
        pointer: "/items/0/contents".into(),
        value: "Ynl0ZXM".into(),
    }));
    let listed = calyptia.list().await;
    assert_eq!((listed["a"].hash, listed["a"].size), (None, None));
    assert_eq!(kind(calyptia.fetch(&of(&listed["a"], "a")).await), ErrorKind::Protocol);
}

#[tokio::test]
async fn a_download_sends_what_is_missing() {
    let calyptia = Calyptia::start();
    let content = pattern(10_000);
    calyptia.fake.put_file("a", content.clone());
    let listed = calyptia.list().await;
    let sink = Taken::but(&content, &[100..200, 9_990..10_000]);
    calyptia.provider.download(&of(&listed["a"], "a"), None, &sink).await.unwrap();
    assert_eq!((sink.bytes().to_vec(), sink.written()), (content, vec![100..200, 9_990..10_000]));
}

#[tokio::test]
async fn a_download_of_what_is_gone_says_so() {
    let calyptia = Calyptia::start();
    assert_eq!(kind(calyptia.fetch(&by_path("a")).await), ErrorKind::NotFound);
    let version = tidemark_providers::provider::VersionId("1".into());
    let old = calyptia.provider.download(&by_path("a"), Some(&version), &Taken::default()).await;
    assert_eq!(kind(old), ErrorKind::Unsupported);
    assert!(calyptia.provider.versions(&by_path("a")).await.unwrap().is_empty());
}

#[tokio::test]
async fn both_kinds_of_token_are_sent_where_they_belong() {
    for (scheme, auth) in [(Scheme::Bearer, "bearer"), (Scheme::ProjectToken, "project-token")] {
        let fake = FakeCalyptia::with().only(scheme).start().unwrap();
        let account = open(&fake, &[("auth", auth)]).check().await.unwrap();
        assert!(account.summary.contains(&fake.core_instance_id().to_string()) && account.writable);
        let other = if auth == "bearer" { "project-token" } else { "bearer" };
        let error = error(open(&fake, &[("auth", other)]).check().await);
        assert_eq!(error.kind, ErrorKind::Unauthorized);
        assert!(error.sentence().contains("auth") && !error.sentence().contains(fake.token()));
        assert_eq!(fake.breaches(), []);
    }
}

#[tokio::test]
async fn a_check_tells_what_is_wrong() {
    let fake = FakeCalyptia::with().start().unwrap();
    let elsewhere = open(&fake, &[("core_instance_id", "00000000-0000-4000-8000-000000000000")]);
    let unknown = error(elsewhere.check().await);
    assert_eq!(unknown.kind, ErrorKind::NotFound);
    assert!(unknown.sentence().contains("core_instance_id"), "{}", unknown.sentence());
    let misspelled = error(open(&fake, &[("core_instance_id", "c-1")]).check().await);
    assert!(misspelled.sentence().contains("core_instance_id"), "{}", misspelled.sentence());
    fake.delete_core_instance();
    assert_eq!(kind(open(&fake, &[]).check().await), ErrorKind::NotFound);
    fake.set_token(None);
    assert_eq!(kind(open(&fake, &[]).check().await), ErrorKind::Unauthorized);
    assert_eq!(fake.breaches(), []);
}
