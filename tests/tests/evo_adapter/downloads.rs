use tidemark_providers::Retry;
use tidemark_tests::fake::evo::{Effect, Endpoint, Fault};

use super::*;

const LARGE: usize = (20 << 20) + 12_345;

#[tokio::test]
async fn small_and_large_contents_come_whole() {
    let evo = Evo::start();
    for size in [0, 1, 70_000, 8 << 20, (8 << 20) + 1, LARGE] {
        evo.fake.put_file("a", pattern(size));
        assert_eq!(evo.fetch(&by_path("a")).await.unwrap(), pattern(size), "{size}");
    }
    evo.no_breaches();
}

#[tokio::test]
async fn only_what_is_missing_is_fetched() {
    let evo = Evo::start();
    let content = pattern(LARGE);
    evo.fake.put_file("a", content.clone());
    let missing = [5..(9 << 20), (20 << 20)..LARGE as u64];
    let sink = Taken::but(&content, &missing);
    evo.provider.download(&by_path("a"), None, &sink).await.unwrap();
    assert_eq!(sink.bytes(), content);
    assert_eq!(sink.written(), missing);
    evo.no_breaches();
}

#[tokio::test]
async fn what_is_there_already_costs_no_content() {
    let evo = Evo::start();
    evo.fake.put_file("a", "12345");
    let sink = Taken::but(b"12345", &[]);
    evo.provider.download(&by_path("a"), None, &sink).await.unwrap();
    assert_eq!(evo.provider.requests(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let evo = Evo::start();
    let sent = evo.create("a", b"1").await.unwrap();
    evo.fake.delete("a");
    for item in [item(&sent, "a"), by_path("a"), by_path("never"), unknown()] {
        assert_eq!(kind(evo.fetch(&item).await), ErrorKind::NotFound);
        assert_eq!(evo.provider.stat(&item).await.unwrap(), None);
    }
}

#[tokio::test]
async fn whatever_breaks_a_download_leaves_nothing_wrong_behind() {
    for (size, effect, expected) in [
        (500, Effect::TruncateBody { after: 100 }, ErrorKind::Network),
        (500, Effect::ShortBody { missing: 100 }, ErrorKind::DigestMismatch),
        (50_000, Effect::Html, ErrorKind::Protocol),
        (500, Effect::Status { code: 503, retry_after: None }, ErrorKind::Unavailable),
        (500, Effect::Status { code: 403, retry_after: None }, ErrorKind::LinkExpired),
        (500, Effect::Redirect { to: "http://127.0.0.1:1/".into() }, ErrorKind::Protocol),
        (500, Effect::CloseBeforeAnswer, ErrorKind::Network),
        (500, Effect::Endless, ErrorKind::DigestMismatch),
        (LARGE, Effect::TruncateBody { after: 100 }, ErrorKind::Network),
        (LARGE, Effect::Html, ErrorKind::Protocol),
        (LARGE, Effect::ShortBody { missing: 100 }, ErrorKind::Network),
    ] {
        let evo = Evo::start();
        let content = pattern(size);
        evo.fake.put_file("a", content.clone());
        evo.fake.inject(Fault::new(effect.clone()).at([Endpoint::GetBlob]).first(1));
        let sink = Taken::default();
        let failed = error(evo.provider.download(&by_path("a"), None, &sink).await);
        assert_eq!(
            (failed.kind, failed.retry),
            (expected, Retry::Backoff),
            "{effect:?}: {}",
            failed.sentence()
        );
        let bytes = sink.bytes();
        for range in sink.written() {
            let range = range.start as usize..range.end as usize;
            assert_eq!(bytes[range.clone()], content[range], "{effect:?}");
        }
        assert_eq!(evo.fetch(&by_path("a")).await.unwrap(), content);
    }
}

#[tokio::test]
async fn a_link_elsewhere_is_not_followed_in_the_clear() {
    for link in
        ["http://blob.example/c?sig=canary", "file:///etc/passwd", "https://user:canary@blob.example/c"]
    {
        let evo = Evo::start();
        evo.fake.put_file("a", "1");
        let patch = Effect::PatchJson { pointer: "/download".into(), value: link.into() };
        evo.fake.inject(Fault::new(patch).at([Endpoint::GetByPath]));
        let refused = error(evo.fetch(&by_path("a")).await);
        assert_eq!(refused.kind, ErrorKind::Protocol);
        assert!(!refused.sentence().contains("canary"), "{}", refused.sentence());
    }
}
