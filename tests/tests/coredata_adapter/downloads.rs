//! Downloads.

use tidemark_providers::ErrorKind;
use tidemark_tests::doubles::Taken;
use tidemark_tests::fake::coredata::{Effect, Endpoint, FakeCoreData, Fault};

use super::{CoreData, MIB, by_path, error, item, kind, pattern};

#[tokio::test]
async fn all_sizes_come_whole() {
    let service = CoreData::start();
    for (size, requests) in [(0, 1), (1, 2), (8 * MIB, 2), (9 * MIB, 3), (70 * MIB, 10)] {
        let content = pattern(size);
        service.fake.put_file("d/a.bin", content.clone());
        let listed = service.list().await;
        service.fake.forget_requests();
        let fetched = service.fetch(&item(&listed.items["d/a.bin"], "d/a.bin")).await.unwrap();
        assert!(fetched == content, "{size}");
        assert_eq!(service.fake.summary().requests, requests, "{:?}", service.fake.summary());
    }
    service.no_breaches();
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke_off() {
    let service = CoreData::start();
    let content = pattern(20 * MIB);
    service.fake.put_file("a", content.clone());
    let listed = service.list().await;
    let missing = (11 * MIB + 5) as u64..content.len() as u64;
    let sink = Taken::but(&content, std::slice::from_ref(&missing));
    service.provider.download(&item(&listed.items["a"], "a"), None, &sink).await.unwrap();
    assert!(sink.bytes() == content);
    assert_eq!(sink.written(), [missing]);
    service.no_breaches();
}

#[tokio::test]
async fn what_arrives_is_what_the_digest_says_or_an_error() {
    for size in [100, 9 * MIB] {
        for effect in [
            Effect::CorruptBody,
            Effect::ShortBody { missing: 3 },
            Effect::TruncateBody { after: 50 },
            Effect::Html,
            Effect::Status { code: 403, retry_after: None },
            Effect::Status { code: 404, retry_after: None },
            Effect::Status { code: 503, retry_after: None },
            Effect::CloseBeforeAnswer,
        ] {
            let service = CoreData::start();
            service.fake.put_file("a", pattern(size));
            let listed = service.list().await;
            let a = item(&listed.items["a"], "a");
            service.fake.inject(Fault::new(effect.clone()).at([Endpoint::GetBlob]).first(1));
            let failed = error(service.fetch(&a).await);
            assert_ne!(failed.retry, tidemark_providers::Retry::Never, "{effect:?} {size}: {failed}");
            assert!(service.fetch(&a).await.unwrap() == pattern(size), "{effect:?} {size}");
            service.no_breaches();
        }
    }
}

#[tokio::test]
async fn a_spoiled_part_that_was_kept_is_noticed() {
    let service = CoreData::start();
    let content = pattern(9 * MIB);
    service.fake.put_file("a", content.clone());
    let listed = service.list().await;
    let mut spoiled = content.clone();
    spoiled[7] ^= 1;
    let missing = 8 * MIB as u64..9 * MIB as u64;
    let sink = Taken::but(&spoiled, std::slice::from_ref(&missing));
    let failed = service.provider.download(&item(&listed.items["a"], "a"), None, &sink).await;
    assert_eq!(kind(failed), ErrorKind::DigestMismatch);
}

#[tokio::test]
async fn a_content_that_changed_since_the_listing_is_noticed_and_fetched_next() {
    let service = CoreData::start();
    service.fake.put_file("a", "before");
    let listed = service.list().await;
    service.fake.put_file("a", "behind");
    let a = item(&listed.items["a"], "a");
    assert_eq!(kind(service.fetch(&a).await), ErrorKind::DigestMismatch);
    let sink = Taken::default();
    let remote = service.provider.download(&a, None, &sink).await.unwrap();
    assert_eq!(sink.bytes(), "behind");
    assert_eq!(*remote.revision.0, *service.fake.file("a").unwrap().snapshot.to_string());
}

#[tokio::test]
async fn a_link_that_leads_nowhere_good_isnt_followed() {
    for location in
        ["file:///etc/passwd", "http://192.0.2.1/laika/x", "https://user:key@x.example/y", "http://["]
    {
        let service = CoreData::start();
        service.fake.put_file("a", "x");
        let listed = service.list().await;
        let headers = [("location".to_owned(), location.to_owned())].into();
        let effect = Effect::Answer { code: 302, headers, body: String::new() };
        service.fake.inject(Fault::new(effect).at([Endpoint::GetContent]));
        assert_eq!(
            kind(service.fetch(&item(&listed.items["a"], "a")).await),
            ErrorKind::Protocol,
            "{location}"
        );
    }
}

#[tokio::test]
async fn an_expired_link_is_asked_for_again() {
    let service = CoreData::with(FakeCoreData::with().links_for(-1));
    service.fake.put_file("a", "x");
    let listed = service.list().await;
    assert_eq!(kind(service.fetch(&item(&listed.items["a"], "a")).await), ErrorKind::LinkExpired);
}

#[tokio::test]
async fn without_an_id_the_path_decides() {
    let service = CoreData::start();
    service.fake.put_file("d/a", "x");
    assert_eq!(service.fetch(&by_path("d/a")).await.unwrap(), "x");
    assert_eq!(kind(service.fetch(&by_path("d/b")).await), ErrorKind::NotFound);
    service.no_breaches();
}

#[tokio::test]
async fn without_a_digest_a_content_that_changed_meanwhile_is_noticed() {
    for size in [100, 9 * MIB] {
        let service = CoreData::start();
        service.fake.put_file("a", pattern(size));
        for (endpoint, pointer) in [
            (Endpoint::ListProjectFiles, "/objects/0/digest"),
            (Endpoint::ListFiles, "/objects/0/digest"),
            (Endpoint::GetFile, "/digest"),
        ] {
            service.fake.inject(Fault::new(Effect::DropField { pointer: pointer.into() }).at([endpoint]));
        }
        let a = item(&service.list().await.items["a"], "a");
        assert!(service.fetch(&a).await.unwrap() == pattern(size));
        let race = Effect::RaceVersion { content: "x".repeat(size) };
        service.fake.inject(Fault::new(race).at([Endpoint::GetContent]).nth(1));
        assert_eq!(kind(service.fetch(&a).await), ErrorKind::DigestMismatch, "{size}");
        let sink = Taken::default();
        let remote = service.provider.download(&a, None, &sink).await.unwrap();
        assert!(sink.bytes() == "x".repeat(size));
        assert_eq!(*remote.revision.0, *service.fake.file("a").unwrap().snapshot.to_string());
        service.no_breaches();
    }
}
