//! Deletions.

use tidemark_core::node::{Kind, Revision};
use tidemark_providers::ErrorKind;
use tidemark_tests::fake::coredata::{Effect, Endpoint, FakeCoreData, Fault};

use super::{CoreData, error, item, kind};

#[tokio::test]
async fn only_what_was_seen_is_deleted() {
    let service = CoreData::start();
    for path in ["a", "edited", "moved", "gone"] {
        service.fake.put_file(path, "x");
    }
    let listed = service.list().await;
    service.fake.put_file("edited", "y");
    service.fake.rename("moved", "d/moved");
    service.fake.delete("gone");
    let delete = async |path: &str| {
        let remote = &listed.items[path];
        service.provider.delete(&item(remote, path), Kind::File, &remote.revision).await
    };
    delete("a").await.unwrap();
    delete("gone").await.unwrap();
    assert_eq!(kind(delete("edited").await), ErrorKind::RevisionMismatch);
    assert_eq!(kind(delete("moved").await), ErrorKind::RevisionMismatch);
    assert_eq!(service.list().await.files(), ["d/moved", "edited"]);
    service.no_breaches();
}

#[tokio::test]
async fn a_lost_answer_to_a_deletion_costs_nothing() {
    let service = CoreData::start();
    service.fake.put_file("a", "x");
    let remote = service.list().await.items["a"].clone();
    service.fake.inject(Fault::new(Effect::CloseAfterEffect).at([Endpoint::DeleteFile]).nth(1));
    let at = item(&remote, "a");
    let delete = || service.provider.delete(&at, Kind::File, &remote.revision);
    assert!(delete().await.is_err());
    delete().await.unwrap();
}

#[tokio::test]
async fn a_web_page_is_no_deletion() {
    let service = CoreData::start();
    service.fake.put_file("a", "x");
    service.fake.make_folder("d");
    let listed = service.list().await;
    for (path, kind, at) in
        [("a", Kind::File, Endpoint::DeleteFile), ("d", Kind::Folder, Endpoint::DeleteFolder)]
    {
        service.fake.inject(Fault::new(Effect::Html).at([at]));
        let remote = &listed.items[path];
        let failed = service.provider.delete(&item(remote, path), kind, &remote.revision).await;
        assert_eq!(super::kind(failed), ErrorKind::Protocol, "{path}");
    }
}

#[tokio::test]
async fn a_folder_goes_only_when_it_is_empty() {
    let service = CoreData::start();
    service.fake.put_file("d/a", "x");
    service.fake.make_folder("e/f");
    let listed = service.list().await;
    let delete = async |path: &str| {
        let folder = item(&listed.items[path], path);
        service.provider.delete(&folder, Kind::Folder, &Revision("".into())).await
    };
    assert_eq!(kind(delete("d").await), ErrorKind::RevisionMismatch);
    assert_eq!(kind(delete("e").await), ErrorKind::RevisionMismatch);
    delete("e/f").await.unwrap();
    delete("e/f").await.unwrap();
    delete("e").await.unwrap();
    assert_eq!(service.fake.folders(), ["d"]);
    assert!(service.fake.file("d/a").is_some());
    service.no_breaches();
}

#[tokio::test]
async fn a_service_that_deletes_no_folders_says_so() {
    for status in [403, 404, 405, 501] {
        let service = CoreData::with(FakeCoreData::with().deletes_no_folders(status));
        service.fake.make_folder("d");
        let listed = service.list().await;
        let folder = item(&listed.items["d"], "d");
        let refused = error(service.provider.delete(&folder, Kind::Folder, &Revision("".into())).await);
        let expected = if status == 403 { ErrorKind::Forbidden } else { ErrorKind::Refused };
        assert_eq!(refused.kind, expected, "{refused}");
        assert_eq!(service.fake.folders(), ["d"]);
    }
}

#[tokio::test]
async fn another_folder_that_is_there_by_now_stays() {
    let service = CoreData::start();
    service.fake.make_folder("d");
    let before = item(&service.list().await.items["d"], "d");
    service.fake.delete_folder("d");
    service.fake.make_folder("d");
    let refused = service.provider.delete(&before, Kind::Folder, &Revision("".into())).await;
    assert_eq!(kind(refused), ErrorKind::RevisionMismatch);
    assert_eq!(service.fake.folders(), ["d"]);
    service.no_breaches();
}

#[tokio::test]
async fn a_folder_whose_lists_cant_be_read_to_the_last_object_stays() {
    for pointer in ["/objects/0/id", "/objects/0/parent"] {
        for (endpoint, inside) in [(Endpoint::ListFiles, "d/a"), (Endpoint::ListFolders, "d/e/a")] {
            let service = CoreData::start();
            service.fake.put_file(inside, "x");
            let folder = item(&service.list().await.items["d"], "d");
            let strange =
                if pointer.ends_with("id") { "none" } else { "e139a8ac-7368-11ee-b992-57663b1559fb" };
            let mut fault = Fault::new(Effect::PatchJson { pointer: pointer.into(), value: strange.into() });
            // The first list of folders is that of the root, with the folder itself.
            fault.skip = u64::from(endpoint == Endpoint::ListFolders);
            service.fake.inject(fault.at([endpoint]));
            let kept = error(service.provider.delete(&folder, Kind::Folder, &Revision("".into())).await);
            assert_eq!(kept.kind, ErrorKind::RevisionMismatch, "{pointer} {inside}: {kept}");
            assert_eq!(service.count(Endpoint::DeleteFolder), 0);
            assert_eq!(service.content(inside), "x");
        }
    }
}
