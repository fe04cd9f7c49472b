//! What goes wrong on the way.

use std::collections::BTreeMap as Headers;

use tidemark_providers::Retry;
use tidemark_tests::fake::calyptia::{Effect, Fault};

use crate::*;

#[tokio::test]
async fn a_lost_answer_is_no_second_file() {
    let calyptia = Calyptia::start();
    calyptia.fake.inject(Fault::new(Effect::CloseAfterEffect).at([Endpoint::Create]).first(1));
    assert_eq!(kind(calyptia.create("a", b"0").await), ErrorKind::Network);
    let made = calyptia.create("a", b"0").await.unwrap().remote;

    calyptia.fake.inject(Fault::new(Effect::StatusAfterEffect { code: 502 }).at([Endpoint::Update]).first(1));
    assert_eq!(kind(calyptia.replace(&made, "a", b"1").await), ErrorKind::Unavailable);
    let edited = calyptia.replace(&made, "a", b"1").await.unwrap().remote;
    assert_eq!(calyptia.requests(Endpoint::Update), 1, "what is there already isn't sent again");

    calyptia.fake.inject(Fault::new(Effect::CloseAfterEffect).at([Endpoint::Delete]).first(1));
    assert_eq!(kind(calyptia.delete(&edited, "a").await), ErrorKind::Network);
    calyptia.delete(&edited, "a").await.unwrap();
    assert_eq!(calyptia.contents(), []);
    calyptia.no_breaches();
}

#[tokio::test]
async fn every_status_is_an_error_of_its_kind() {
    let cases = [
        (401, ErrorKind::Unauthorized, Retry::Never),
        (403, ErrorKind::Forbidden, Retry::Never),
        (408, ErrorKind::RateLimited, Retry::Backoff),
        (429, ErrorKind::RateLimited, Retry::Backoff),
        (413, ErrorKind::TooLarge, Retry::Never),
        (418, ErrorKind::Refused, Retry::Never),
        (500, ErrorKind::Unavailable, Retry::Backoff),
        (503, ErrorKind::Unavailable, Retry::Backoff),
        (507, ErrorKind::QuotaExceeded, Retry::Never),
    ];
    let calyptia = Calyptia::start();
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    for (code, expected, retry) in cases {
        calyptia.fake.inject(Fault::new(Effect::Status { code, retry_after: None }));
        let writes = [
            calyptia.create("b", b"0").await.map(drop),
            calyptia.replace(&known, "a", b"1").await.map(drop),
            calyptia.rename(&known, "a", "b").await.map(drop),
            calyptia.delete(&known, "a").await,
            calyptia.page().await.map(drop),
            calyptia.provider.stat(&of(&known, "a")).await.map(drop),
            calyptia.provider.check().await.map(drop),
        ];
        for result in writes {
            let error = error(result);
            assert_eq!((error.kind, error.retry), (expected, retry), "{code}: {}", error.sentence());
            assert!(!error.sentence().contains(calyptia.fake.token()));
        }
        calyptia.fake.heal();
    }
    assert_eq!(calyptia.contents(), [("a".to_owned(), "0".into())]);
    calyptia.no_breaches();
}

#[tokio::test]
async fn a_web_page_is_no_answer() {
    let calyptia = Calyptia::start();
    let known = calyptia.create("a", b"0").await.unwrap().remote;
    let page = |code| Effect::Answer {
        code,
        headers: Headers::from([("content-type".to_owned(), "text/html".to_owned())]),
        body: "<html>Not here</html>".into(),
    };
    for effect in [Effect::Html, page(404), page(410), page(400), page(409)] {
        calyptia.fake.inject(Fault::new(effect.clone()).at([
            Endpoint::Create,
            Endpoint::Update,
            Endpoint::Delete,
        ]));
        assert_eq!(kind(calyptia.create("b", b"1").await), ErrorKind::Protocol, "{effect:?}");
        assert_eq!(kind(calyptia.replace(&known, "a", b"1").await), ErrorKind::Protocol, "{effect:?}");
        assert_eq!(kind(calyptia.delete(&known, "a").await), ErrorKind::Protocol, "{effect:?}");
        calyptia.fake.heal();
        calyptia.fake.inject(Fault::new(effect.clone()));
        assert_eq!(kind(calyptia.provider.stat(&of(&known, "a")).await), ErrorKind::Protocol, "{effect:?}");
        assert_eq!(kind(calyptia.provider.check().await), ErrorKind::Protocol, "{effect:?}");
        calyptia.fake.heal();
    }
    assert_eq!(calyptia.contents(), [("a".to_owned(), "0".into())]);
    calyptia.no_breaches();
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let calyptia = Calyptia::start();
    let other = FakeCalyptia::with().start().unwrap();
    calyptia.fake.inject(Fault::new(Effect::Redirect { to: format!("{}/v1", other.base_url()) }));
    assert_eq!(kind(calyptia.page().await), ErrorKind::Protocol);
    assert_eq!(kind(calyptia.create("a", b"0").await), ErrorKind::Protocol);
    assert_eq!(other.summary().requests, 0);
}

#[tokio::test]
async fn a_body_without_an_end_is_given_up() {
    let calyptia = Calyptia::start();
    calyptia.fake.put_file("a", "0");
    calyptia.fake.inject(Fault::new(Effect::Endless));
    assert_eq!(kind(calyptia.page().await), ErrorKind::Protocol);
    assert_eq!(kind(calyptia.create("b", b"0").await), ErrorKind::Protocol);
}

#[tokio::test]
async fn hostile_ids_are_never_part_of_an_address() {
    let calyptia = Calyptia::start();
    calyptia.fake.put_file("a", "0");
    for id in ["..", "../../v1/pipelines", "a?b", "", "%2e%2e"] {
        calyptia
            .fake
            .inject(Fault::new(Effect::PatchJson { pointer: "/items/0/id".into(), value: id.into() }));
        let page = calyptia.page().await.unwrap();
        assert_eq!((page.changes.len(), page.unusable.len()), (0, 1), "{id}");
        calyptia.fake.heal();
    }
    let id = Effect::PatchJson { pointer: "/id".into(), value: "../x".into() };
    calyptia.fake.inject(Fault::new(id).at([Endpoint::Create]));
    assert_eq!(kind(calyptia.create("b", b"0").await), ErrorKind::Protocol);
    calyptia.no_breaches();
}
