use std::time::Duration;

use tidemark_core::node::Kind;
use tidemark_providers::Retry;
use tidemark_tests::fake::et_engine::{Effect, Fault, Own};

use super::*;

const ODD: [&str; 7] = ["a b", "50%", "#?&+", "þæö.txt", "日本語", "😀", "it's [1]"];

#[tokio::test]
async fn a_tree_of_odd_names_is_listed_with_sizes() {
    let engine = Engine::start();
    let mut expected = Vec::new();
    for (size, name) in ODD.iter().enumerate() {
        engine.fake.put(&format!("{name}/{name}"), vec![b'x'; size]);
        expected.push((name.to_string(), None));
        expected.push((format!("{name}/{name}"), Some(size as u64)));
    }
    engine.fake.make_folder("empty");
    expected.push(("empty".into(), None));
    expected.sort();
    assert_eq!(engine.list().await, expected);
    engine.no_breaches();
}

#[tokio::test]
async fn a_look_takes_a_request_a_folder_and_one_a_file() {
    let engine = Engine::with(FakeEtEngine::with().latency(Duration::from_millis(2)), "");
    for at in 0..300 {
        engine.fake.put(&format!("folder {}/file {at}", at % 20), "1");
    }
    for _ in 0..2 {
        engine.fake.forget_requests();
        assert_eq!(engine.list().await.len(), 320);
        assert_eq!((engine.count(Endpoint::List), engine.count(Endpoint::Init)), (21, 300));
        assert_eq!(engine.fake.summary().requests, 321);
    }
    assert!(engine.fake.summary().most_at_once > 4);
    engine.no_breaches();
}

#[tokio::test]
async fn a_large_listing_comes_in_pages() {
    let engine = Engine::start();
    for at in 0..2500 {
        engine.fake.put(&format!("{}/{at}", at % 3), "1");
    }
    let pages = engine.pages().await.unwrap();
    assert!(pages.len() >= 50 && pages.iter().all(|page| page.changes.len() <= 60));
    assert_eq!(pages.iter().map(|page| page.changes.len()).sum::<usize>(), 2503);
}

#[tokio::test]
async fn a_root_is_a_folder_or_nothing_yet() {
    for (root, expected) in [("team/A b", vec![("x".to_owned(), Some(1))]), ("nowhere/yet", vec![])] {
        let engine = Engine::with(FakeEtEngine::with(), root);
        engine.fake.put("team/A b/x", "1");
        engine.fake.put("other", "1");
        assert_eq!(engine.list().await, expected);
    }
    let engine = Engine::with(FakeEtEngine::with(), "other");
    engine.fake.put("other", "1");
    assert_eq!(kind(engine.pages().await), ErrorKind::Settings);
}

#[tokio::test]
async fn unfinished_uploads_are_left_out_and_what_only_looks_like_them_is_not() {
    let engine = Engine::start();
    let unfinished = format!("big.bin.{ID}");
    let alike = ["app.d587bbd6e38337f5accd", "dump.20240101120000123456"];
    engine.fake.put(&unfinished, "half");
    engine.fake.make_folder(&format!("folder.{ID}"));
    alike.iter().for_each(|name| engine.fake.put(name, "1"));
    let listed: Vec<String> = engine.list().await.into_iter().map(|(path, _)| path).collect();
    assert_eq!(listed, [alike[0], alike[1], &format!("folder.{ID}")]);
    // Asked for alone it is there, so nothing is ever deleted here for its sake, and it isn't written to or deleted.
    let there = engine.provider.stat(&by_path(&unfinished)).await.unwrap().unwrap();
    assert_eq!(there.size, Some(4));
    assert_eq!(kind(engine.replace(&unfinished, 4, b"ours").await), ErrorKind::InvalidName);
    let deleted = engine.provider.delete(&by_path(&unfinished), Kind::File, &there.revision).await;
    assert_eq!(kind(deleted), ErrorKind::InvalidName);
    assert_eq!(engine.fake.content(&unfinished).unwrap(), "half");
    engine.no_breaches();
}

#[tokio::test]
async fn what_vanishes_meanwhile_is_no_error() {
    let engine = Engine::start();
    ["a", "b", "c/d", "e/f"].iter().for_each(|path| engine.fake.put(path, "1"));
    engine.fake.inject(Fault::new(Effect::Own(Own::Vanish)).at([Endpoint::Init]).path("b"));
    engine.fake.inject(Fault::new(Effect::Own(Own::Vanish)).at([Endpoint::List]).path("e"));
    let expected = [("a", Some(1)), ("c", None), ("c/d", Some(1)), ("e", None)];
    assert_eq!(engine.list().await, expected.map(|(path, size)| (path.to_owned(), size)));
}

#[tokio::test]
async fn a_burst_of_failures_slows_a_listing_down_and_loses_nothing() {
    let engine = Engine::start();
    for at in 0..100 {
        engine.fake.put(&format!("{}/{at}", at % 10), "1");
    }
    let expected = engine.list().await;
    for effect in [
        Effect::Status { code: 503, retry_after: None },
        Effect::Status { code: 500, retry_after: None },
        Effect::CloseBeforeAnswer,
        Effect::TruncateBody { after: 3 },
    ] {
        engine.fake.inject(Fault::new(effect.clone()).every(3));
        engine.fake.forget_requests();
        let mut found = Vec::new();
        let mut since = None;
        let mut attempts = 0;
        loop {
            attempts += 1;
            assert!(attempts <= 50, "it doesn't get on: {effect:?}");
            let Ok(page) = engine.provider.changes(since.as_ref()).await else { continue };
            attempts = 0;
            found.extend(page.changes.into_iter().filter_map(|change| match change {
                RemoteChange::Present { path, remote } => Some((path.to_string(), remote.size)),
                RemoteChange::Gone { .. } => None,
            }));
            match page.next {
                Next::Page(cursor) => since = Some(cursor),
                Next::Done(_) => break,
            }
        }
        found.sort();
        assert_eq!(found, expected);
        engine.fake.heal();
    }
}

#[tokio::test]
async fn a_listing_that_fails_is_no_listing() {
    let engine = Engine::start();
    ["a", "b/c", "b/d"].iter().for_each(|path| engine.fake.put(path, "1"));
    for (effect, retry) in [
        (Effect::Status { code: 401, retry_after: None }, Retry::Never),
        (Effect::Status { code: 403, retry_after: None }, Retry::Never),
        (Effect::Status { code: 500, retry_after: None }, Retry::Backoff),
        (Effect::Html, Retry::Backoff),
        (Effect::GarbageJson { size: 10 << 20 }, Retry::Backoff),
        (Effect::DropField { pointer: "/files".into() }, Retry::Backoff),
        (Effect::PatchJson { pointer: "/files".into(), value: "c".into() }, Retry::Backoff),
        (Effect::PatchJson { pointer: "/files".into(), value: ["c", "c"].as_slice().into() }, Retry::Backoff),
        (Effect::Redirect { to: "https://elsewhere.example/".into() }, Retry::Backoff),
    ] {
        engine.fake.inject(Fault::new(effect.clone()).at([Endpoint::List]).path("b"));
        let failed = error(engine.pages().await);
        assert_eq!(failed.retry, retry, "{effect:?}: {}", failed.sentence());
        engine.fake.heal();
    }
    engine.fake.inject(
        Fault::new(Effect::PatchJson { pointer: "/size".into(), value: (-1).into() })
            .at([Endpoint::Init])
            .path("c"),
    );
    assert_eq!(kind(engine.pages().await), ErrorKind::Protocol);
}

#[tokio::test]
async fn hostile_names_are_told_and_go_nowhere() {
    let engine = Engine::start();
    let names = ["ok", "..", ".", "a/b", "", "/etc/passwd", ".tidemark", "a\nb", "a\u{0}b"];
    let patch = Effect::PatchJson { pointer: "/files".into(), value: names.as_slice().into() };
    engine.fake.put("ok", "1");
    engine.fake.inject(Fault::new(patch).at([Endpoint::List]));
    let pages = engine.pages().await.unwrap();
    let unusable: Vec<_> = pages.iter().flat_map(|page| &page.unusable).collect();
    assert_eq!(unusable.len(), 8, "{unusable:?}");
    assert!(unusable.iter().all(|name| !name.shown.contains(char::is_control) && !name.why.is_empty()));
    assert_eq!(engine.count(Endpoint::Init), 1);
    engine.no_breaches();
}

#[tokio::test]
async fn an_old_cursor_begins_anew() {
    let engine = Engine::start();
    let cursor = tidemark_providers::provider::Cursor("7".into());
    assert_eq!(kind(engine.provider.changes(Some(&cursor)).await), ErrorKind::CursorExpired);
}
