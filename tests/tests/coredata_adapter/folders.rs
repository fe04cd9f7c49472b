//! New folders.

use tidemark_core::node::Kind;
use tidemark_providers::ErrorKind;
use tidemark_tests::fake::coredata::{Effect, Endpoint, FakeCoreData, Fault};

use super::{CoreData, ROOTS, at, error};

#[tokio::test]
async fn folders_are_made_once() {
    for root in ROOTS {
        let service = CoreData::with(FakeCoreData::with().root(root));
        service.fake.put_file("so that a filespace is there", "x");
        for path in ["d", "d/Undir möppu", "d/Undir möppu/日本語 #?", "d"] {
            let made = service.provider.create_folder(&at(path)).await.unwrap();
            assert_eq!(made.kind, Kind::Folder);
            assert_eq!(
                service.provider.stat(&super::item(&made, path)).await.unwrap(),
                Some(made),
                "{root:?}"
            );
        }
        service.create("d/Undir möppu/日本語 #?/a", b"x").await.unwrap();
        assert_eq!(service.list().await.paths().len(), 5);
        service.no_breaches();
    }
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_folder() {
    let service = CoreData::start();
    service.fake.inject(Fault::new(Effect::CloseAfterEffect).at([Endpoint::CreateFolder]).nth(1));
    assert!(service.provider.create_folder(&at("d")).await.is_err());
    service.provider.create_folder(&at("d")).await.unwrap();
    assert_eq!(service.fake.folders(), ["d"]);
    service.no_breaches();
}

#[tokio::test]
async fn where_folders_arent_made_people_are_told_which_one_to_make() {
    for status in [400, 404, 405, 501] {
        let service = CoreData::with(FakeCoreData::with().makes_no_folders(status));
        for path in ["d/e", "d"] {
            let refused = error(service.provider.create_folder(&at("d")).await);
            assert_eq!(refused.kind, ErrorKind::Refused, "{path} {refused}");
            assert!(refused.sentence().contains("create the folder \"d\" in CoreData"), "{refused}");
        }
        assert_eq!(service.count(Endpoint::CreateFolder), 1, "it is tried once");
        let refused = error(service.create("d/a", b"x").await);
        assert_eq!(refused.kind, ErrorKind::Refused, "{refused}");
        service.create("a", b"x").await.unwrap();
        service.fake.make_folder("d");
        service.provider.create_folder(&at("d")).await.unwrap();
        service.create("d/a", b"x").await.unwrap();
        service.no_breaches();
    }
}
