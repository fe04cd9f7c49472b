use std::time::Duration;

use tidemark_providers::Retry;
use tidemark_tests::fake::kognitos::Access;

use super::*;

#[tokio::test]
async fn a_check_proves_the_token_and_the_organization() {
    let kognitos = Kognitos::start();
    let account = kognitos.provider.check().await.unwrap();
    assert!(account.summary.contains("Fake & Sons") && account.writable, "{}", account.summary);
    assert_eq!(kognitos.provider.requests(), 1);
    kognitos.fake.set_token(Some("another"));
    let refused = error(kognitos.provider.check().await);
    assert_eq!((refused.kind, refused.retry), (ErrorKind::Unauthorized, Retry::Never));
    assert!(!refused.sentence().contains(kognitos.fake.token()), "{}", refused.sentence());
    kognitos.no_breaches();
}

#[tokio::test]
async fn an_organization_that_the_token_doesnt_see_is_named_with_those_it_sees() {
    let settings = FakeKognitos::with().access(Access::Elsewhere).more_organizations(2);
    let kognitos = Kognitos::with(settings);
    let unseen = error(kognitos.provider.check().await);
    assert_eq!((unseen.kind, unseen.retry), (ErrorKind::NotFound, Retry::Never));
    for part in [kognitos.fake.organization_id(), "Other 0 (other-0)", "Other 1 (other-1)"] {
        assert!(unseen.sentence().contains(part), "{}", unseen.sentence());
    }
}

#[tokio::test]
async fn organizations_are_found_on_whichever_page_they_are() {
    let settings = FakeKognitos::with().more_organizations(5).organizations_a_page(2);
    let kognitos = Kognitos::with(settings);
    kognitos.provider.check().await.unwrap();
    assert_eq!(kognitos.provider.requests(), 3);
    let choices = registry::find("kognitos").unwrap().choices.unwrap();
    let choices = choices(&account(&kognitos.fake)).await.unwrap();
    let last = choices.last().unwrap();
    assert_eq!((choices.len(), &*last.setting, last.title.as_str()), (6, "organization_id", "Fake & Sons"));
    assert_eq!(last.value, kognitos.fake.organization_id());
    kognitos.no_breaches();
}

#[tokio::test]
async fn choosing_needs_no_organization() {
    let kognitos = Kognitos::start();
    let mut settings = account(&kognitos.fake);
    settings.values.remove("organization_id");
    let choices = registry::find("kognitos").unwrap().choices.unwrap();
    assert_eq!(choices(&settings).await.unwrap().len(), 1);
    settings.secret = None;
    assert_eq!(kind(choices(&settings).await), ErrorKind::Unauthorized);
}

#[tokio::test]
async fn a_list_of_organizations_that_doesnt_end_ends() {
    for token in ["0", "1"] {
        let kognitos = Kognitos::with(FakeKognitos::with().access(Access::Elsewhere).more_organizations(3));
        let again = Effect::PatchJson { pointer: "/next_page_token".into(), value: token.into() };
        kognitos.fake.inject(Fault::new(again).at([Endpoint::Organizations]));
        assert_eq!(kind(kognitos.provider.check().await), ErrorKind::Protocol);
        assert!(kognitos.provider.requests() <= 20);
    }
}

#[tokio::test]
async fn whatever_else_answers_a_check_is_an_error() {
    for (effect, expected) in [
        (Effect::Html, ErrorKind::Protocol),
        (Effect::GarbageJson { size: 10 << 20 }, ErrorKind::Protocol),
        (
            Effect::PatchJson { pointer: "/user_organizations".into(), value: "none".into() },
            ErrorKind::Protocol,
        ),
        (status(404), ErrorKind::NotFound),
        (status(500), ErrorKind::Unavailable),
        (Effect::CloseBeforeAnswer, ErrorKind::Network),
    ] {
        let kognitos = Kognitos::start();
        kognitos.fake.inject(Fault::new(effect.clone()).at([Endpoint::Organizations]));
        assert_eq!(kind(kognitos.provider.check().await), expected, "{effect:?}");
    }
}

#[tokio::test]
async fn a_token_that_may_not_ask_for_organizations_is_proven_by_its_files() {
    let forbidden = || Fault::new(status(403)).at([Endpoint::Organizations]);
    let kognitos = Kognitos::start();
    kognitos.fake.inject(forbidden());
    let id = kognitos.fake.organization_id();
    for known in [false, true] {
        if known {
            kognitos.create("a", b"1").await.unwrap();
        }
        kognitos.fake.forget_requests();
        let account = kognitos.provider.check().await.unwrap();
        assert!(account.summary.contains(id) && account.writable, "{}", account.summary);
        assert_eq!((kognitos.count(Endpoint::Metadata), kognitos.fake.summary().requests), (1, 2));
    }
    for (effect, expected) in [
        (status(401), ErrorKind::Unauthorized),
        (status(403), ErrorKind::Forbidden),
        (status(404), ErrorKind::Protocol),
        (status(500), ErrorKind::Unavailable),
        (Effect::Html, ErrorKind::Protocol),
    ] {
        kognitos.fake.heal();
        kognitos.fake.inject(forbidden());
        kognitos.fake.inject(Fault::new(effect.clone()).at([Endpoint::Metadata]));
        assert_eq!(kind(kognitos.provider.check().await), expected, "{effect:?}");
    }
    kognitos.no_breaches();
}

#[tokio::test]
async fn files_that_are_all_hidden_prove_nothing() {
    let kognitos = Kognitos::start();
    for name in ["a", "b"] {
        kognitos.create(name, b"1").await.unwrap();
    }
    kognitos.fake.inject(Fault::new(status(403)).at([Endpoint::Organizations]));
    let body = r#"{"code": 5, "message": "file not found", "details": []}"#.to_owned();
    let hidden = Effect::Answer { code: 404, headers: Default::default(), body };
    kognitos.fake.inject(Fault::new(hidden).at([Endpoint::Metadata]));
    let refused = error(kognitos.provider.check().await);
    assert_eq!((refused.kind, refused.retry), (ErrorKind::Forbidden, Retry::Never));
}

#[tokio::test]
async fn a_list_of_organizations_that_isnt_there_is_an_empty_one() {
    let kognitos = Kognitos::start();
    for effect in [
        Effect::DropField { pointer: "/user_organizations".into() },
        Effect::PatchJson { pointer: "/user_organizations".into(), value: serde_json::Value::Null },
    ] {
        kognitos.fake.inject(Fault::new(effect).at([Endpoint::Organizations]));
        let unseen = error(kognitos.provider.check().await);
        assert_eq!((unseen.kind, unseen.retry), (ErrorKind::NotFound, Retry::Never));
        assert!(unseen.sentence().contains("it sees none: the answer has no list"), "{}", unseen.sentence());
        kognitos.fake.heal();
    }
}

#[tokio::test]
async fn a_busy_service_is_given_the_time_it_asks_for() {
    let kognitos = Kognitos::start();
    let id = kognitos.fake.put_file("a", "1");
    for (code, expected) in [(429, ErrorKind::RateLimited), (503, ErrorKind::Unavailable)] {
        kognitos.fake.inject(Fault::new(Effect::Status { code, retry_after: Some(7) }));
        for busy in [
            error(kognitos.provider.check().await),
            error(kognitos.provider.stat(&item(&id)).await),
            error(kognitos.create("b", b"1").await),
            error(kognitos.fetch(&id).await),
        ] {
            assert_eq!((busy.kind, busy.retry), (expected, Retry::After(Duration::from_secs(7))));
        }
        kognitos.fake.heal();
    }
}

#[tokio::test]
async fn no_error_shows_a_token_or_a_signature() {
    let kognitos = Kognitos::with(FakeKognitos::with().token("kgn_pat_canary"));
    let small = kognitos.fake.put_file("a", pattern(500));
    let large = kognitos.fake.put_file("b", pattern(9 << 20));
    for effect in [
        Effect::CloseBeforeAnswer,
        Effect::TruncateBody { after: 10 },
        status(400),
        status(401),
        Effect::Html,
        Effect::Redirect { to: "http://127.0.0.1:1/?Signature=canary".into() },
    ] {
        for endpoint in [Endpoint::Upload, Endpoint::Download, Endpoint::DownloadUrl, Endpoint::Storage] {
            kognitos.fake.inject(Fault::new(effect.clone()).at([endpoint]));
            for failed in [
                kognitos.fetch(&small).await.err(),
                kognitos.fetch(&large).await.err(),
                kognitos.create("c", b"1").await.err(),
            ] {
                let shown = failed.map(|error| format!("{} {error:?}", error.sentence())).unwrap_or_default();
                assert!(!shown.contains("canary") && !shown.contains("Signature"), "{shown}");
            }
            kognitos.fake.heal();
        }
    }
}
