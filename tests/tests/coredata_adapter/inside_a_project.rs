//! A folder below the UUID as the root: what lies beside and above it is none of the pair's.

use tidemark_core::node::Kind;
use tidemark_providers::ErrorKind;
use tidemark_tests::fake::coredata::{FakeCoreData, RootKind};

use super::{CoreData, ROOTS, by_path, item, kind, open};

const NAME: &str = "README.txt";

/// `Sub` of a root that holds a README.txt itself.
fn below(root: RootKind) -> CoreData {
    let fake = FakeCoreData::with().root(root).start().unwrap();
    fake.put_file(NAME, "content");
    fake.make_folder("Sub/Undir");
    let remote = format!("{}/Sub", fake.root_id());
    CoreData { provider: open(&fake, &remote, &[]).unwrap(), fake }
}

#[tokio::test]
async fn a_file_of_the_same_name_above_it_is_not_ours() {
    for root in ROOTS {
        for content in ["content", "another"] {
            let service = below(root);
            let above = service.fake.file(NAME).unwrap().id.to_string();
            let made = service.create(NAME, content.as_bytes()).await.unwrap();
            assert_ne!(*made.remote.id.0, *above, "{root:?} {content}");
            let edited = service.replace(&made.remote, NAME, b"edited").await.unwrap();
            assert_eq!(
                (service.content(NAME), service.content("Sub/README.txt")),
                ("content".into(), "edited".into())
            );
            service
                .provider
                .delete(&item(&edited.remote, NAME), Kind::File, &edited.remote.revision)
                .await
                .unwrap();
            assert_eq!(service.content(NAME), "content");
            assert_eq!(service.list().await.paths(), ["Undir"]);
            service.no_breaches();
        }
    }
}

#[tokio::test]
async fn nothing_above_it_is_listed_or_found_in_it() {
    for root in ROOTS {
        let service = below(root);
        service.fake.put_file("Sub/ours.txt", "x");
        assert_eq!(service.list().await.paths(), ["Undir", "ours.txt"], "{root:?}");
        assert_eq!(service.provider.stat(&by_path(NAME)).await.unwrap(), None);
        service.no_breaches();
    }
}

#[tokio::test]
async fn what_was_moved_out_of_it_is_gone_from_it() {
    for root in ROOTS {
        let service = below(root);
        service.fake.put_file("Sub/ours.txt", "x");
        let ours = service.list().await.items["ours.txt"].clone();
        service.fake.rename("Sub/ours.txt", "ours.txt");
        let at = item(&ours, "ours.txt");
        assert_eq!(service.provider.stat(&at).await.unwrap(), None, "{root:?}");
        let deleted = service.provider.delete(&at, Kind::File, &ours.revision).await;
        assert_eq!(kind(deleted), ErrorKind::RevisionMismatch);
        assert_eq!(service.content("ours.txt"), "x");
        service.no_breaches();
    }
}
