use std::time::Duration;

use tidemark_core::node::Kind;
use tidemark_providers::Retry;
use tidemark_tests::fake::et_engine::{Effect, Fault};

use super::*;

fn status(code: u16, retry_after: Option<u64>) -> Fault {
    Fault::new(Effect::Status { code, retry_after })
}

#[tokio::test]
async fn a_check_tells_a_bad_key_from_a_bad_filesystem() {
    let engine = Engine::with(FakeEtEngine::with(), "team");
    let checked = engine.provider.check().await.unwrap();
    assert!(checked.summary.contains("projects") && checked.summary.contains("team"), "{}", checked.summary);
    assert_eq!(engine.provider.requests(), 1);
    engine.fake.set_token(None);
    let refused = error(engine.provider.check().await);
    assert_eq!((refused.kind, refused.retry), (ErrorKind::Unauthorized, Retry::Never));
    engine.fake.set_token(Some(engine.fake.token()));
    let mut settings = account(&engine.fake);
    settings.values.insert("filesystem_id".into(), "elsewhere".into());
    let other = (registry::find("et-engine").unwrap().open)(&settings, "").unwrap();
    assert_eq!(kind(other.check().await), ErrorKind::Settings);
    engine.no_breaches();
}

#[tokio::test]
async fn only_what_the_service_itself_says_to_be_gone_is_gone() {
    let engine = Engine::start();
    engine.fake.put("a/b", "1");
    let item = by_path("a/b");
    for endpoint in [Endpoint::List, Endpoint::Init] {
        for effect in [
            Effect::Status { code: 401, retry_after: None },
            Effect::Status { code: 403, retry_after: None },
            Effect::Status { code: 500, retry_after: None },
            Effect::Answer { code: 404, headers: Default::default(), body: "<!doctype html>".into() },
            Effect::Html,
            Effect::CloseBeforeAnswer,
            Effect::GarbageJson { size: 10 << 20 },
            Effect::Redirect { to: "https://elsewhere.example/".into() },
            // One says that it is gone, the other that it isn't.
            Effect::EmptyListing,
            Effect::Answer {
                code: 404,
                headers: Default::default(),
                body: "File 'a/b' does not exist".into(),
            },
        ] {
            if endpoint == Endpoint::Init && effect == Effect::EmptyListing {
                continue;
            }
            engine.fake.inject(Fault::new(effect.clone()).at([endpoint]));
            assert!(engine.provider.stat(&item).await.is_err(), "{endpoint:?} {effect:?}");
            engine.fake.heal();
        }
    }
    assert_eq!(engine.provider.stat(&item).await.unwrap().unwrap().size, Some(1));
    assert_eq!(engine.provider.stat(&by_path("a")).await.unwrap().unwrap().kind, Kind::Folder);
    engine.fake.delete("a");
    for path in ["a/b", "a"] {
        assert_eq!(engine.provider.stat(&by_path(path)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn statuses_say_whether_trying_again_helps() {
    let engine = Engine::start();
    engine.fake.put("a", "1");
    for (code, expected, retry) in [
        (429, ErrorKind::RateLimited, Retry::After(Duration::from_secs(7))),
        (503, ErrorKind::Unavailable, Retry::After(Duration::from_secs(7))),
        (402, ErrorKind::Protocol, Retry::Never),
        (403, ErrorKind::Forbidden, Retry::Never),
    ] {
        for endpoint in [Endpoint::Part, Endpoint::Begin, Endpoint::PutPart, Endpoint::Complete] {
            engine.fake.inject(status(code, Some(7)).at([endpoint]).first(1));
            let failed = match endpoint {
                Endpoint::Part => error(engine.fetch("a").await),
                _ => error(engine.create(&format!("{code} {endpoint:?}"), b"1").await),
            };
            assert_eq!((failed.kind, failed.retry), (expected, retry), "{endpoint:?}");
            engine.fake.heal();
        }
    }
}

#[tokio::test]
async fn no_error_shows_the_key() {
    let engine = Engine::with(FakeEtEngine::with().token("canary-key"), "");
    engine.fake.put("a", pattern(500));
    for effect in [
        Effect::CloseBeforeAnswer,
        Effect::TruncateBody { after: 10 },
        Effect::Status { code: 400, retry_after: None },
        Effect::Html,
        Effect::Redirect { to: "http://127.0.0.1:1/".into() },
    ] {
        engine.fake.inject(Fault::new(effect));
        for failed in [engine.fetch("a").await.err(), engine.create("b", b"1").await.err()] {
            let failed = failed.unwrap();
            assert!(!format!("{} {failed:?}", failed.sentence()).contains("canary"), "{failed:?}");
        }
        engine.fake.heal();
    }
}

#[tokio::test]
async fn what_the_service_cannot_do_is_said() {
    let engine = Engine::start();
    let (item, to) = (by_path("a"), RelPath::new("b").unwrap());
    assert_eq!(kind(engine.provider.relocate(&item, &to, &revision(1)).await), ErrorKind::Unsupported);
    let version = tidemark_providers::provider::VersionId("1".into());
    assert_eq!(kind(engine.provider.restore(&item, &version).await), ErrorKind::Unsupported);
    assert_eq!(engine.provider.versions(&item).await.unwrap(), []);
    assert_eq!(engine.provider.requests(), 0);
}
