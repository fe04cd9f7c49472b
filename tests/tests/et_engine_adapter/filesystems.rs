use tidemark_providers::settings::{Choice, ProviderSpec};
use tidemark_tests::fake::et_engine::{Effect, Fault};

use super::*;

/// Another user.
const BERTA: &str = "5f1e9c52-0c1b-4a7e-9d3f-0000000000b2";

fn spec() -> &'static ProviderSpec {
    registry::find("et-engine").unwrap()
}

async fn create(settings: &AccountSettings, title: &str) -> Result<Choice> {
    spec().create.unwrap()(settings, title).await
}

async fn share(settings: &AccountSettings, user: &str) -> Result<()> {
    spec().share.unwrap()(settings, user).await
}

#[tokio::test]
async fn filesystems_can_be_chosen() {
    let engine = Engine::start();
    let mut settings = account(&engine.fake);
    settings.values.remove("filesystem_id");
    let choices = (registry::find("et-engine").unwrap().choices.unwrap())(&settings).await.unwrap();
    let shown: Vec<_> =
        choices.iter().map(|choice| (&*choice.setting, &*choice.value, &*choice.title)).collect();
    assert_eq!(
        shown,
        [
            ("filesystem_id", engine.fake.filesystem_id(), "projects"),
            ("filesystem_id", "another", "shared with me")
        ]
    );
}

#[tokio::test]
async fn one_is_made_before_the_account_is_set_to_any() {
    let engine = Engine::start();
    let mut settings = account(&engine.fake);
    settings.values.remove("filesystem_id");
    let made = create(&settings, "wells \"north\"").await.unwrap();
    assert_eq!((&*made.setting, &*made.title), ("filesystem_id", "wells \"north\""));
    assert_eq!(spec().choices.unwrap()(&settings).await.unwrap().last(), Some(&made));
    settings.values.insert(made.setting.into(), made.value.clone());
    (spec().open)(&settings, "").unwrap().check().await.unwrap();
    share(&settings, BERTA).await.unwrap();
    assert_eq!(engine.fake.shares(), [(made.value, BERTA.to_owned())]);
    engine.no_breaches();
}

#[tokio::test]
async fn a_title_that_is_taken_is_said_to_be() {
    let engine = Engine::start();
    let settings = account(&engine.fake);
    let taken = error(create(&settings, "projects").await);
    assert_eq!(taken.kind, ErrorKind::AlreadyExists);
    assert!(taken.context.ends_with("there is a filesystem of that name already"), "{}", taken.context);
    assert_eq!((engine.count(Endpoint::Create), engine.count(Endpoint::Filesystems)), (1, 0));
    engine.no_breaches();
}

#[tokio::test]
async fn only_the_owner_shares_and_once_and_with_others() {
    let engine = Engine::start();
    let settings = account(&engine.fake);
    share(&settings, BERTA).await.unwrap();
    let again = error(share(&settings, BERTA).await);
    assert_eq!(again.kind, ErrorKind::AlreadyExists);
    assert!(again.context.ends_with("it is shared with that user already"), "{}", again.context);
    assert_eq!(kind(share(&settings, engine.fake.owner_id()).await), ErrorKind::Forbidden);
    assert_eq!(kind(share(&settings, "berta").await), ErrorKind::Refused);
    let mut theirs = account(&engine.fake);
    theirs.values.insert("filesystem_id".into(), "another".into());
    assert_eq!(kind(share(&theirs, BERTA).await), ErrorKind::Forbidden);
    assert_eq!(engine.fake.shares(), [(engine.fake.filesystem_id().to_owned(), BERTA.to_owned())]);
    engine.no_breaches();
}

#[tokio::test]
async fn what_cannot_go_asks_nothing() {
    let engine = Engine::start();
    let mut settings = account(&engine.fake);
    for id in ["", "a/b", ".."] {
        settings.values.insert("filesystem_id".into(), id.into());
        assert_eq!(kind(share(&settings, BERTA).await), ErrorKind::Settings, "{id}");
    }
    settings.secret = None;
    assert_eq!(kind(create(&settings, "wells").await), ErrorKind::Unauthorized);
    assert_eq!((engine.count(Endpoint::Create), engine.count(Endpoint::Share)), (0, 0));
}

#[tokio::test]
async fn what_makes_no_sense_is_no_success() {
    let engine = Engine::start();
    let settings = account(&engine.fake);
    for body in ["{}", "<!doctype html>", r#"{"filesystem_id": "a b; rm -r", "filesystem_name": "wells"}"#] {
        let effect = Effect::Answer { code: 200, headers: Default::default(), body: body.into() };
        engine.fake.inject(Fault::new(effect).at([Endpoint::Create]));
        assert_eq!(kind(create(&settings, "wells").await), ErrorKind::Protocol, "{body}");
        engine.fake.heal();
    }
    engine.fake.inject(Fault::new(Effect::Html).at([Endpoint::Share]));
    assert_eq!(kind(share(&settings, BERTA).await), ErrorKind::Protocol);
}
