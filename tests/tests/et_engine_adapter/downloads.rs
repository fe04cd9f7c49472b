use tidemark_providers::Retry;
use tidemark_tests::fake::et_engine::{Effect, Fault, Own};

use super::*;

const LARGE: usize = (20 << 20) + 12_345;
const PART: u64 = 8 << 20;

#[tokio::test]
async fn contents_of_any_size_come_whole() {
    let engine = Engine::start();
    for size in [0, 1, 70_000, 8 << 20, (8 << 20) + 1, 9 << 20, 70 << 20] {
        engine.fake.put("a b/日本 #1", pattern(size));
        engine.fake.forget_requests();
        assert_eq!(engine.fetch("a b/日本 #1").await.unwrap(), pattern(size), "{size}");
        assert_eq!(engine.fake.summary().requests, 2 + (size as u64).div_ceil(PART));
    }
    engine.no_breaches();
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let engine = Engine::start();
    assert_eq!(kind(engine.fetch("never").await), ErrorKind::NotFound);
}

#[tokio::test]
async fn whatever_breaks_a_download_leaves_nothing_wrong_behind() {
    for (size, effect, expected) in [
        (500, Effect::TruncateBody { after: 100 }, ErrorKind::Network),
        (500, Effect::ShortBody { missing: 100 }, ErrorKind::DigestMismatch),
        (500, Effect::Html, ErrorKind::DigestMismatch),
        (500, Effect::Status { code: 503, retry_after: None }, ErrorKind::Unavailable),
        (500, Effect::Redirect { to: "http://127.0.0.1:1/".into() }, ErrorKind::Protocol),
        (500, Effect::CloseBeforeAnswer, ErrorKind::Network),
        (500, Effect::Endless, ErrorKind::DigestMismatch),
        (LARGE, Effect::TruncateBody { after: 100 }, ErrorKind::Network),
        (LARGE, Effect::Html, ErrorKind::DigestMismatch),
        (LARGE, Effect::ShortBody { missing: 100 }, ErrorKind::DigestMismatch),
    ] {
        let engine = Engine::start();
        let content = pattern(size);
        engine.fake.put("a", content.clone());
        engine.fake.inject(Fault::new(effect.clone()).at([Endpoint::Part]).first(1));
        let sink = Taken::default();
        let failed = error(engine.provider.download(&by_path("a"), None, &sink).await);
        assert_eq!((failed.kind, failed.retry), (expected, Retry::Backoff), "{effect:?}");
        let bytes = sink.bytes();
        for range in sink.written() {
            let range = range.start as usize..range.end as usize;
            assert_eq!(bytes[range.clone()], content[range], "{effect:?}");
        }
        assert_eq!(engine.fetch("a").await.unwrap(), content);
    }
}

#[tokio::test]
async fn a_break_is_gone_on_from() {
    let engine = Engine::start();
    let content = pattern(LARGE);
    engine.fake.put("a", content.clone());
    engine.fake.inject(Fault::new(Effect::CloseBeforeAnswer).at([Endpoint::Part]).nth(2));
    let first = Taken::default();
    assert_eq!(kind(engine.provider.download(&by_path("a"), None, &first).await), ErrorKind::Network);
    engine.fake.forget_requests();
    let second = Taken::but(&first.bytes(), &missing(&first.written()));
    engine.provider.download(&by_path("a"), None, &second).await.unwrap();
    assert_eq!((second.bytes(), engine.count(Endpoint::Part)), (content.into(), 1));
}

#[tokio::test]
async fn a_file_that_changes_meanwhile_is_fetched_again() {
    let engine = Engine::start();
    engine.fake.put("a", pattern(LARGE));
    let longer = String::from_utf8(vec![b'n'; LARGE + 1]).unwrap();
    engine
        .fake
        .inject(Fault::new(Effect::RaceVersion { content: longer.clone() }).at([Endpoint::Part]).nth(2));
    let changed = error(engine.provider.download(&by_path("a"), None, &Taken::default()).await);
    assert_eq!((changed.kind, changed.retry), (ErrorKind::DigestMismatch, Retry::Backoff));
    assert_eq!(engine.fetch("a").await.unwrap(), longer);
    engine.fake.put("a", pattern(LARGE));
    engine.fake.inject(Fault::new(Effect::Own(Own::Vanish)).at([Endpoint::Part]).nth(2));
    assert_eq!(kind(engine.fetch("a").await), ErrorKind::NotFound);
}

fn missing(written: &[std::ops::Range<u64>]) -> Vec<std::ops::Range<u64>> {
    let mut missing = Vec::new();
    let mut at = 0;
    for range in written {
        missing.push(at..range.start);
        at = range.end;
    }
    missing.push(at..LARGE as u64);
    missing.retain(|range| range.start < range.end);
    missing
}
