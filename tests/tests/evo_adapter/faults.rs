use std::time::Duration;

use tidemark_core::node::Kind;
use tidemark_providers::Retry;
use tidemark_tests::fake::evo::{Effect, Endpoint, Fault, Role};

use super::*;

fn status(code: u16, retry_after: Option<u64>) -> Fault {
    Fault::new(Effect::Status { code, retry_after })
}

#[tokio::test]
async fn a_check_tells_a_bad_token_from_a_bad_workspace() {
    let evo = Evo::start();
    let account = evo.provider.check().await.unwrap();
    assert!(account.summary.contains(&evo.fake.workspace_id().to_string()) && account.writable);
    evo.fake.set_token(Some("another"));
    let refused = error(evo.provider.check().await);
    assert_eq!((refused.kind, refused.retry), (ErrorKind::Unauthorized, Retry::Never));
    assert!(!refused.sentence().contains(evo.fake.token()), "{}", refused.sentence());
    evo.fake.set_token(Some(evo.fake.token()));
    evo.fake.inject(status(404, None).first(1));
    assert_eq!(kind(evo.provider.check().await), ErrorKind::NotFound);
    evo.fake.inject(status(403, None).first(1));
    assert_eq!(kind(evo.provider.check().await), ErrorKind::Forbidden);
}

#[tokio::test]
async fn a_viewer_reads_and_is_told_why_nothing_else() {
    let evo = Evo::with(FakeEvo::with().role(Role::Viewer), "");
    let version = evo.fake.put_file("a", "1").to_string();
    assert_eq!(evo.fetch(&by_path("a")).await.unwrap(), "1");
    let refused = error(evo.create("b", b"1").await);
    assert_eq!(refused.kind, ErrorKind::Forbidden);
    assert!(refused.sentence().contains("viewer") && refused.sentence().contains("editor"));
    let deleted = evo.provider.delete(&by_path("a"), Kind::File, &Revision(version.into())).await;
    assert_eq!(kind(deleted), ErrorKind::Forbidden);
}

#[tokio::test]
async fn a_busy_service_is_given_the_time_it_asks_for() {
    let evo = Evo::start();
    for (code, expected) in [(429, ErrorKind::RateLimited), (503, ErrorKind::Unavailable)] {
        evo.fake.inject(status(code, Some(7)).first(1));
        let busy = error(evo.provider.check().await);
        assert_eq!((busy.kind, busy.retry), (expected, Retry::After(Duration::from_secs(7))));
        evo.fake.heal();
    }
}

#[tokio::test]
async fn only_a_files_own_absence_is_its_absence() {
    let evo = Evo::start();
    let sent = evo.create("a", b"1").await.unwrap();
    let item = item(&sent, "a");
    for effect in [
        Effect::Status { code: 401, retry_after: None },
        Effect::Status { code: 403, retry_after: None },
        Effect::Status { code: 500, retry_after: None },
        Effect::Html,
        Effect::CloseBeforeAnswer,
        Effect::Redirect { to: "https://elsewhere.example/".into() },
        Effect::DropField { pointer: "/version_id".into() },
    ] {
        evo.fake.inject(Fault::new(effect.clone()).at([Endpoint::GetById]));
        assert!(evo.provider.stat(&item).await.is_err(), "{effect:?}");
        evo.fake.heal();
    }
    assert!(evo.provider.stat(&item).await.unwrap().is_some());
}

#[tokio::test]
async fn a_folder_costs_no_request() {
    let evo = Evo::start();
    let folder = evo.provider.create_folder(&at("a/b")).await.unwrap();
    assert_eq!(folder.kind, Kind::Folder);
    let item = RemoteRef { id: Some(folder.id), path: at("a/b") };
    assert_eq!(evo.provider.stat(&item).await.unwrap(), None);
    let moved = evo.provider.relocate(&item, &at("c"), &folder.revision).await;
    assert_eq!(kind(moved), ErrorKind::Unsupported);
    assert_eq!(evo.provider.requests(), 0);
}

#[tokio::test]
async fn an_endless_answer_ends() {
    let evo = Evo::start();
    evo.fake.put_file("a", "1");
    evo.fake.inject(Fault::new(Effect::Endless).at([Endpoint::GetByPath]).first(1));
    assert_eq!(kind(evo.provider.stat(&by_path("a")).await), ErrorKind::Protocol);
}

#[tokio::test]
async fn no_error_shows_a_token_or_a_signature() {
    let evo = Evo::with(FakeEvo::with().token("canary-token"), "");
    evo.fake.put_file("a", pattern(500));
    for effect in [
        Effect::CloseBeforeAnswer,
        Effect::TruncateBody { after: 10 },
        Effect::Status { code: 400, retry_after: None },
        Effect::Html,
        Effect::Redirect { to: "http://127.0.0.1:1/?sig=canary".into() },
    ] {
        for endpoint in [Endpoint::GetBlob, Endpoint::PutBlob, Endpoint::GetByPath, Endpoint::LinkByPath] {
            evo.fake.inject(Fault::new(effect.clone()).at([endpoint]));
            for failed in [evo.fetch(&by_path("a")).await.err(), evo.create("b", b"1").await.err()] {
                let shown = failed.map(|error| format!("{} {error:?}", error.sentence())).unwrap_or_default();
                assert!(!shown.contains("canary") && !shown.contains("sig="), "{shown}");
            }
            evo.fake.heal();
        }
    }
}
