//! Credentials and what every request can suffer.

use std::time::Duration;

use tidemark_providers::{ErrorKind, Retry};
use tidemark_tests::fake::coredata::{Effect, Endpoint, FakeCoreData, Fault, RootKind};

use super::{CoreData, MIB, error, item, kind, pattern};

#[tokio::test]
async fn a_refused_key_is_a_refused_key_everywhere() {
    let service = CoreData::start();
    service.fake.put_file("a", "x");
    let listed = service.list().await;
    let a = &listed.items["a"];
    service.fake.set_token(None);
    assert_eq!(kind(service.provider.check().await), ErrorKind::Unauthorized);
    assert_eq!(kind(service.try_list().await), ErrorKind::Unauthorized);
    assert_eq!(kind(service.fetch(&item(a, "a")).await), ErrorKind::Unauthorized);
    assert_eq!(kind(service.create("b", b"x").await), ErrorKind::Unauthorized);
    assert_eq!(kind(service.create("b", &pattern(9 * MIB)).await), ErrorKind::Unauthorized);
    assert_eq!(kind(service.replace(a, "a", b"x").await), ErrorKind::Unauthorized);
    let said = error(service.provider.check().await).sentence();
    assert!(!said.contains(service.fake.token()), "{said}");
}

#[tokio::test]
async fn a_wish_to_be_left_alone_is_passed_on() {
    let service = CoreData::start();
    let effect = Effect::Status { code: 429, retry_after: Some(7) };
    service.fake.inject(Fault::new(effect));
    let slowed = error(service.provider.changes(None).await);
    assert_eq!((slowed.kind, slowed.retry), (ErrorKind::RateLimited, Retry::After(Duration::from_secs(7))));
}

#[tokio::test]
async fn checking_asks_whether_the_root_is_still_there() {
    for root in [RootKind::Project, RootKind::Folder] {
        let service = CoreData::with(FakeCoreData::with().root(root));
        let info = service.provider.check().await.unwrap();
        assert!(info.writable && info.summary.contains("\"Root\""), "{}", info.summary);
        service.list().await;
        service.fake.inject(Fault::new(Effect::Status { code: 404, retry_after: None }));
        assert_eq!(kind(service.provider.check().await), ErrorKind::NotFound);
        service.fake.heal();
        let gone = Fault::new(Effect::Status { code: 404, retry_after: None });
        service.fake.inject(gone.at([Endpoint::GetProject, Endpoint::GetFolder]));
        assert_eq!(kind(service.provider.check().await), ErrorKind::NotFound, "its lists don't say so");
        service.fake.heal();
        service.list().await;
        service.no_breaches();
    }
}

#[tokio::test]
async fn a_burst_of_failures_loses_nothing() {
    let service = CoreData::start();
    service.fake.put_file("known", "x");
    service.list().await;
    service.fake.inject(Fault::new(Effect::Status { code: 503, retry_after: None }).sometimes(0.3, 7));
    service.fake.inject(Fault::new(Effect::CloseAfterEffect).sometimes(0.2, 11));
    for number in 0..20 {
        let (path, content) = (format!("{number}"), format!("content {number}"));
        let memory = super::Memory::of(content.as_bytes());
        let session = super::Session::default();
        let mut sent = None;
        for _ in 0..40 {
            match service.send(&super::by_path(&path), None, &memory, &session).await {
                Ok(uploaded) => {
                    sent = Some(uploaded);
                    break;
                }
                Err(error) => assert_ne!(error.retry, Retry::Never, "{error}"),
            }
        }
        assert!(sent.is_some(), "{number}");
    }
    service.fake.heal();
    assert_eq!(service.list().await.files().len(), 21);
    assert!((0..20).all(|number| service.content(&format!("{number}")) == format!("content {number}")));
    service.no_breaches();
}
