use std::ops::Range;

use tidemark_providers::Retry;

use super::*;

const PART: usize = 8 << 20;
const LARGE: usize = (20 << 20) + 12_345;

#[tokio::test]
async fn small_and_large_contents_come_whole() {
    for settings in [FakeKognitos::with(), FakeKognitos::with().links_send_no_parts().odd_ids()] {
        let kognitos = Kognitos::with(settings);
        for size in [0, 1, 70_000, PART, PART + 1, LARGE] {
            let id = kognitos.fake.put_file("a", pattern(size));
            assert_eq!(kognitos.fetch(&id).await.unwrap(), pattern(size), "{size}");
        }
        kognitos.no_breaches();
    }
}

#[tokio::test]
async fn seventy_mebibytes_come_whole() {
    let kognitos = Kognitos::start();
    let content = pattern(70 << 20);
    let id = kognitos.fake.put_file("a", content.clone());
    assert_eq!(kognitos.fetch(&id).await.unwrap(), content);
    assert_eq!((kognitos.count(Endpoint::Storage), kognitos.count(Endpoint::DownloadUrl)), (9, 1));
    kognitos.no_breaches();
}

#[tokio::test]
async fn a_known_small_file_takes_one_request_and_an_empty_one_none() {
    let kognitos = Kognitos::start();
    let id = kognitos.create("a", b"hello").await.unwrap().remote.id;
    assert_eq!(kognitos.fetch(&id.0).await.unwrap(), "hello");
    assert_eq!((kognitos.provider.requests(), kognitos.count(Endpoint::Download)), (2, 1));
    let empty = kognitos.create("b", b"").await.unwrap().remote.id;
    assert_eq!(kognitos.fetch(&empty.0).await.unwrap(), "");
    assert_eq!(kognitos.provider.requests(), 3);
    let kognitos = kognitos.restarted();
    assert_eq!(kognitos.fetch(&id.0).await.unwrap(), "hello");
    assert_eq!(kognitos.provider.requests(), 2);
}

#[tokio::test]
async fn a_content_may_be_a_web_page() {
    let kognitos = Kognitos::start();
    for size in [0, PART] {
        let page = [b"<!DOCTYPE html><html>".to_vec(), pattern(size)].concat();
        let id = kognitos.fake.put_file("a.html", page.clone());
        assert_eq!(kognitos.fetch(&id).await.unwrap(), page);
    }
}

#[tokio::test]
async fn only_what_is_missing_is_fetched() {
    for (settings, parts) in [(FakeKognitos::with(), 3), (FakeKognitos::with().links_send_no_parts(), 1)] {
        let kognitos = Kognitos::with(settings);
        let content = pattern(LARGE);
        let id = kognitos.fake.put_file("a", content.clone());
        let missing = [5..(9 << 20), (20 << 20)..LARGE as u64];
        let sink = Taken::but(&content, &missing);
        kognitos.provider.download(&item(&id), None, &sink).await.unwrap();
        assert_eq!((sink.bytes(), sink.written()), (content.into(), missing.to_vec()));
        assert_eq!(kognitos.count(Endpoint::Storage), parts);
        kognitos.no_breaches();
    }
}

#[tokio::test]
async fn what_is_there_already_costs_no_content() {
    let kognitos = Kognitos::start();
    let id = kognitos.create("a", &pattern(LARGE)).await.unwrap().remote.id;
    let sink = Taken::but(&pattern(LARGE), &[]);
    kognitos.provider.download(&item(&id.0), None, &sink).await.unwrap();
    assert_eq!(kognitos.provider.requests(), 1);
}

#[tokio::test]
async fn whatever_breaks_a_download_leaves_nothing_wrong_behind() {
    for (size, endpoint, effect, expected) in [
        (500, Endpoint::Download, Effect::TruncateBody { after: 100 }, ErrorKind::Network),
        (500, Endpoint::Download, Effect::ShortBody { missing: 100 }, ErrorKind::DigestMismatch),
        (50_000, Endpoint::Download, Effect::Html, ErrorKind::Protocol),
        (500, Endpoint::Download, status(503), ErrorKind::Unavailable),
        (500, Endpoint::Download, Effect::Redirect { to: "http://127.0.0.1:1/".into() }, ErrorKind::Protocol),
        (500, Endpoint::Download, Effect::CloseBeforeAnswer, ErrorKind::Network),
        (500, Endpoint::Download, Effect::Endless, ErrorKind::DigestMismatch),
        (LARGE, Endpoint::Storage, Effect::TruncateBody { after: 100 }, ErrorKind::Network),
        (LARGE, Endpoint::Storage, Effect::Html, ErrorKind::Protocol),
        (LARGE, Endpoint::Storage, Effect::ShortBody { missing: 100 }, ErrorKind::Network),
        (LARGE, Endpoint::Storage, status(403), ErrorKind::LinkExpired),
        (LARGE, Endpoint::Storage, status(404), ErrorKind::Unavailable),
        (LARGE, Endpoint::Storage, Effect::Endless, ErrorKind::Protocol),
        (LARGE, Endpoint::DownloadUrl, status(503), ErrorKind::Unavailable),
        (LARGE, Endpoint::DownloadUrl, status(429), ErrorKind::RateLimited),
    ] {
        let kognitos = Kognitos::start();
        let content = pattern(size);
        let id = kognitos.fake.put_file("a", content.clone());
        kognitos.fake.inject(Fault::new(effect.clone()).at([endpoint]).first(1));
        let sink = Taken::default();
        let failed = error(kognitos.provider.download(&item(&id), None, &sink).await);
        let told = (failed.kind, failed.retry);
        assert_eq!(told, (expected, Retry::Backoff), "{effect:?}: {}", failed.sentence());
        let bytes = sink.bytes();
        for range in sink.written() {
            let range = range.start as usize..range.end as usize;
            assert!(bytes[range.clone()] == content[range], "{effect:?}");
        }
        assert_eq!(kognitos.fetch(&id).await.unwrap(), content);
    }
}

#[tokio::test]
async fn refusals_are_never_taken_for_a_content() {
    for (code, expected) in
        [(401, ErrorKind::Unauthorized), (403, ErrorKind::Forbidden), (400, ErrorKind::Refused)]
    {
        let kognitos = Kognitos::start();
        let body = r#"{"code":16,"message":"no"}"#;
        let id = kognitos.fake.put_file("a", pattern(body.len()));
        let headers = [("content-type".to_owned(), "application/octet-stream".to_owned())].into();
        let answer = Effect::Answer { code, headers, body: body.to_owned() };
        kognitos.fake.inject(Fault::new(answer).at([Endpoint::Download]));
        let sink = Taken::default();
        assert_eq!(kind(kognitos.provider.download(&item(&id), None, &sink).await), expected);
        assert_eq!(sink.written(), []);
    }
}

#[tokio::test]
async fn a_download_goes_on_over_a_fresh_link() {
    let kognitos = Kognitos::start();
    let content = pattern(70 << 20);
    let id = kognitos.fake.put_file("a", content.clone());
    kognitos.fake.inject(Fault::new(status(403)).at([Endpoint::Storage]).nth(5));
    let first = Taken::default();
    let expired = error(kognitos.provider.download(&item(&id), None, &first).await);
    assert_eq!((expired.kind, expired.retry), (ErrorKind::LinkExpired, Retry::Backoff));
    let have = first.written();
    assert!(!have.is_empty());
    let missing = complement(&have, content.len() as u64);
    kognitos.fake.clock().advance(jiff::SignedDuration::from_hours(2));
    kognitos.fake.forget_requests();
    let second = Taken::but(&content, &missing);
    kognitos.provider.download(&item(&id), None, &second).await.unwrap();
    assert_eq!((second.bytes(), second.written()), (content.into(), missing.clone()));
    let bytes: u64 = missing.iter().map(|range| range.end - range.start).sum();
    assert!(kognitos.fake.summary().bytes_out < bytes + 4096, "nothing was fetched twice");
    kognitos.no_breaches();
}

fn complement(have: &[Range<u64>], size: u64) -> Vec<Range<u64>> {
    let ends = have.iter().map(|range| range.start).chain([size]);
    let starts = [0].into_iter().chain(have.iter().map(|range| range.end));
    starts.zip(ends).map(|(start, end)| start..end).filter(|range| !range.is_empty()).collect()
}

#[tokio::test]
async fn without_a_link_to_follow_the_service_itself_is_asked() {
    let link = |to: &str| Effect::PatchJson { pointer: "/download_uri".into(), value: to.into() };
    for effect in [
        status(403),
        status(404),
        status(501),
        link("http://blob.example/c?sig=canary"),
        link("file:///etc/passwd"),
        link("https://user:canary@blob.example/c"),
        Effect::DropField { pointer: "/download_uri".into() },
    ] {
        let kognitos = Kognitos::start();
        let id = kognitos.fake.put_file("a", pattern(LARGE));
        kognitos.fake.inject(Fault::new(effect.clone()).at([Endpoint::DownloadUrl]));
        assert_eq!(kognitos.fetch(&id).await.unwrap(), pattern(LARGE), "{effect:?}");
        assert_eq!((kognitos.count(Endpoint::Download), kognitos.count(Endpoint::Storage)), (1, 0));
    }
}

#[tokio::test]
async fn a_size_that_the_service_keeps_to_itself_is_unknown() {
    let kognitos = Kognitos::start();
    let id = kognitos.fake.put_file("a", "hello");
    kognitos
        .fake
        .inject(Fault::new(Effect::DropField { pointer: "/size_bytes".into() }).at([Endpoint::Metadata]));
    assert_eq!(kognitos.provider.stat(&item(&id)).await.unwrap().unwrap().size, None);
}
