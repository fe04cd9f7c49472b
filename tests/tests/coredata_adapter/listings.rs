//! Listings: roots, folders, twins, pages, names.

use tidemark_core::node::Kind;
use tidemark_providers::{ErrorKind, Retry};
use tidemark_tests::fake::coredata::{Effect, Endpoint, FakeCoreData, Fault, RootKind};

use super::{CoreData, ROOTS, at, by_path, error, item, kind, open};

const TREE: [&str; 6] =
    ["a.txt", "Skjöl/b c.pdf", "Skjöl/Undir/100%.txt", "日本語/🌊 #?&+.md", "Skjöl/Undir/d/e", "z"];

#[tokio::test]
async fn every_kind_of_root_is_listed_whole_and_nothing_beside_it() {
    for root in ROOTS {
        let service = CoreData::with(FakeCoreData::with().root(root));
        for path in TREE {
            service.fake.put_file(path, path.to_string());
        }
        service.fake.make_folder("Tóm/mappa");
        let listed = service.list().await;
        let folders = ["Skjöl", "Skjöl/Undir", "Skjöl/Undir/d", "Tóm", "Tóm/mappa", "日本語"];
        let mut expected: Vec<_> = TREE.iter().chain(&folders).copied().collect();
        expected.sort_unstable();
        assert_eq!(listed.paths(), expected, "{root:?}");
        assert_eq!(listed.unusable, []);
        let file = &listed.items["Skjöl/b c.pdf"];
        let there = service.fake.file("Skjöl/b c.pdf").unwrap();
        assert_eq!((file.kind, file.size), (Kind::File, Some(there.content.len() as u64)));
        assert_eq!((&*file.id.0, &*file.revision.0), (&*there.id.to_string(), &*there.snapshot.to_string()));
        assert_eq!(service.list().await.items, listed.items, "a second one says the same");
        service.no_breaches();
    }
}

#[tokio::test]
async fn an_unchanged_project_costs_its_folders_and_one_list() {
    let service = CoreData::start();
    for number in 0..40 {
        service.fake.put_file(&format!("d/{number}"), "x");
    }
    service.list().await;
    service.fake.forget_requests();
    assert_eq!(service.list().await.files().len(), 40);
    assert_eq!(service.fake.summary().requests, 3, "{:?}", service.fake.summary());
}

#[tokio::test]
async fn a_project_whose_list_ends_at_its_folders_is_listed_whole_too() {
    for paths in [&["d/a", "d/e/b"][..], &["c", "d/a", "d/e/b"]] {
        let service = CoreData::with(FakeCoreData::with().lists_projects_shallowly());
        paths.iter().for_each(|path| {
            service.fake.put_file(path, "x");
        });
        assert_eq!(service.list().await.files(), paths);
        service.no_breaches();
    }
}

#[tokio::test]
async fn a_root_may_lie_deeper() {
    for root in ROOTS {
        let service = CoreData::with(FakeCoreData::with().root(root));
        for path in TREE {
            service.fake.put_file(path, "x");
        }
        let remote = format!("{}/Skjöl/Undir/", service.fake.root_id().to_string().to_uppercase());
        let service = CoreData { provider: open(&service.fake, &remote, &[]).unwrap(), fake: service.fake };
        assert_eq!(service.list().await.paths(), ["100%.txt", "d", "d/e"], "{root:?}");
        service.create("new.txt", b"new").await.unwrap();
        assert!(service.fake.file("Skjöl/Undir/new.txt").is_some());
        let remote = format!("{}/Skjöl/Ekki til", service.fake.root_id());
        let missing = open(&service.fake, &remote, &[]).unwrap();
        assert_eq!(kind(missing.changes(None).await), ErrorKind::NotFound);
        service.no_breaches();
    }
}

#[tokio::test]
async fn what_the_remote_must_be_is_said() {
    let fake = FakeCoreData::with().start().unwrap();
    for bad in ["Documents", "../x", "07b4c6c4-897e-11e6-b174-2386ea6a6cb1/../x"] {
        assert_eq!(kind(open(&fake, bad, &[])), ErrorKind::Settings, "{bad}");
    }
    let account = open(&fake, "", &[]).unwrap();
    assert_eq!(account.check().await.unwrap().summary.split(" at ").next(), Some("anna"));
    assert_eq!(kind(account.changes(None).await), ErrorKind::Settings);
    assert_eq!(kind(account.can_hold_a_pair()), ErrorKind::Settings);
    let rootless = FakeCoreData::with().root(RootKind::Folder).start().unwrap();
    rootless.inject(Fault::new(Effect::Status { code: 404, retry_after: None }).at([Endpoint::ListFiles]));
    let gone = open(&rootless, "07b4c6c4-897e-11e6-b174-2386ea6a6cb1", &[]).unwrap();
    assert_eq!(kind(gone.check().await), ErrorKind::NotFound);
    assert_eq!(kind(gone.changes(None).await), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_uuid_that_nothing_shows_to_be_there_is_no_empty_root() {
    let fake = FakeCoreData::with().start().unwrap();
    let unknown = open(&fake, "07b4c6c4-897e-11e6-b174-2386ea6a6cb1", &[]).unwrap();
    let service = CoreData { fake, provider: unknown };
    let refused = [
        error(service.provider.check().await),
        error(service.provider.changes(None).await),
        error(service.provider.stat(&by_path("a")).await),
        error(service.provider.create_folder(&at("d")).await),
        error(service.create("a", b"x").await),
    ];
    for refused in refused {
        assert_eq!(refused.kind, ErrorKind::NotFound, "{refused}");
        assert!(refused.sentence().contains("put one file into it"), "{refused}");
    }
    assert_eq!(service.fake.files(), []);
}

#[tokio::test]
async fn a_filespace_shows_itself_by_what_is_in_it() {
    for path in ["a", "d/"] {
        let service = CoreData::with(FakeCoreData::with().root(RootKind::Filespace));
        assert_eq!(kind(service.provider.check().await), ErrorKind::NotFound);
        match path.strip_suffix('/') {
            Some(folder) => drop(service.fake.make_folder(folder)),
            None => drop(service.fake.put_file(path, "x")),
        }
        service.provider.check().await.unwrap();
        assert_eq!(service.list().await.paths(), [path.trim_end_matches('/')]);
        service.no_breaches();
    }
}

#[tokio::test]
async fn twins_are_both_reachable_and_keep_their_ids() {
    let service = CoreData::start();
    let first = service.fake.put_twin("d", "a.txt", "first");
    let second = service.fake.put_twin("d", "a.txt", "second");
    service.fake.make_twin_folder("", "d");
    service.fake.put_twin("", "d", "a file beside two folders");
    let listed = service.list().await;
    let suffixed = format!("d/a ({}).txt", &second.to_string()[..8]);
    assert_eq!(listed.files().len(), 3);
    assert_eq!(*listed.items["d/a.txt"].id.0, *first.to_string());
    assert_eq!(*listed.items[&suffixed].id.0, *second.to_string());
    assert_eq!(service.fetch(&item(&listed.items[&suffixed], &suffixed)).await.unwrap(), "second");
    assert_eq!(service.fetch(&by_path(&suffixed)).await.unwrap(), "second");
    let edited = service.replace(&listed.items[&suffixed], &suffixed, b"edited").await.unwrap();
    let contents = || service.fake.files().into_iter().map(|file| (file.id, file.content));
    assert!(contents().any(|file| file == (second, "edited".into())));
    assert!(contents().any(|file| file == (first, "first".into())));
    let there = service.provider.stat(&item(&edited.remote, &suffixed)).await.unwrap().unwrap();
    assert_eq!(there.revision, edited.remote.revision);
    service
        .provider
        .delete(&item(&edited.remote, &suffixed), Kind::File, &edited.remote.revision)
        .await
        .unwrap();
    assert_eq!(service.fake.file("d/a.txt").unwrap().content, "first");
    assert_eq!(service.list().await.files().len(), 2);
    service.no_breaches();
}

#[tokio::test]
async fn small_pages_make_a_whole_list() {
    for (root, most) in [(RootKind::Project, 1), (RootKind::Project, 7), (RootKind::Folder, 7)] {
        let service = CoreData::with(FakeCoreData::with().root(root).most_per_page(most));
        for number in 0..23 {
            service.fake.put_file(&format!("{number}"), "x");
        }
        for number in 0..9 {
            service.fake.make_folder(&format!("d{number}"));
        }
        assert_eq!(service.list().await.paths().len(), 32);
        service.no_breaches();
    }
}

#[tokio::test]
async fn nothing_that_stays_is_missed_while_others_delete() {
    let service = CoreData::with(FakeCoreData::with().root(RootKind::Folder).most_per_page(10));
    for number in 0..35 {
        service.fake.put_file(&format!("{number:02}"), "x");
    }
    let mut since = None;
    let mut found = Vec::new();
    for step in 0.. {
        if step == 3 {
            assert!(service.fake.delete("03") && service.fake.delete("05"));
        }
        let page = service.provider.changes(since.as_ref()).await.unwrap();
        for change in page.changes {
            let tidemark_providers::provider::RemoteChange::Present { path, .. } = change else { continue };
            found.push(path.to_string());
        }
        match page.next {
            tidemark_providers::provider::Next::Page(cursor) => since = Some(cursor),
            tidemark_providers::provider::Next::Done(_) => break,
        }
    }
    assert_eq!(found.len(), 33);
}

#[tokio::test]
async fn what_a_list_lacks_is_asked_for_alone() {
    let service = CoreData::with(FakeCoreData::with().lists_little());
    for number in 0..20 {
        service.fake.put_file(&format!("d/{number}"), "four");
    }
    let listed = service.list().await;
    assert!(listed.items.values().filter(|item| item.kind == Kind::File).all(|file| file.size == Some(4)));
    assert_eq!((listed.files().len(), service.count(Endpoint::GetFile)), (20, 20));
    service.no_breaches();
}

#[tokio::test]
async fn a_filter_that_isnt_known_brings_in_nothing_of_others() {
    let service = CoreData::with(FakeCoreData::with().root(RootKind::Folder).ignores_folder_filter());
    for path in TREE {
        service.fake.put_file(path, "x");
    }
    let listed = service.list().await;
    assert_eq!(listed.files().len(), TREE.len());
    assert!(!listed.paths().iter().any(|path| path.contains("lsewhere")), "{:?}", listed.paths());
}

#[tokio::test]
async fn a_page_that_fails_fails_nothing_that_came_before() {
    let service = CoreData::with(FakeCoreData::with().most_per_page(5));
    for number in 0..30 {
        service.fake.put_file(&format!("{number}"), "x");
    }
    service.fake.inject(
        Fault::new(Effect::Status { code: 503, retry_after: None }).at([Endpoint::ListProjectFiles]).nth(3),
    );
    assert_eq!(service.list().await.files().len(), 30);
    assert_eq!(service.fake.faults_fired(), [1]);
}

#[tokio::test]
async fn a_list_that_isnt_true_is_an_error_and_never_a_short_list() {
    let effects = [
        Effect::Html,
        Effect::TruncateBody { after: 300 },
        Effect::Status { code: 500, retry_after: None },
        Effect::Status { code: 403, retry_after: None },
        Effect::Status { code: 401, retry_after: None },
        Effect::GarbageJson { size: 10 << 20 },
        Effect::WrongTotal { by: 3 },
        Effect::WrongTotal { by: -3 },
        Effect::RepeatPage,
        Effect::DropField { pointer: "/objects".into() },
        Effect::CloseBeforeAnswer,
        Effect::Redirect { to: "http://127.0.0.1:1/".into() },
    ];
    for effect in effects {
        let service = CoreData::with(FakeCoreData::with().most_per_page(5));
        for number in 0..30 {
            service.fake.put_file(&format!("{number}"), "x");
        }
        service.list().await;
        let mut fault = Fault::new(effect.clone()).at([Endpoint::ListProjectFiles]);
        fault.skip = 2;
        service.fake.inject(fault);
        let failed = error(service.try_list().await);
        assert!(
            failed.kind != ErrorKind::NotFound && failed.kind != ErrorKind::Settings,
            "{effect:?}: {failed}"
        );
        service.fake.heal();
        assert_eq!(service.list().await.files().len(), 30, "{effect:?}");
        service.no_breaches();
    }
}

#[tokio::test]
async fn names_that_cant_be_paths_are_told() {
    let service = CoreData::start();
    for name in ["..", "a/b", ".tidemark", "", "nul\0"] {
        service.fake.put_twin("d", name, "x");
    }
    service.fake.put_file("d/fine", "x");
    service.fake.make_twin_folder("", "../up");
    let listed = service.list().await;
    assert_eq!(listed.paths(), ["d", "d/fine"]);
    assert_eq!(listed.unusable.len(), 6, "{:?}", listed.unusable);
}

#[tokio::test]
async fn a_broken_object_breaks_only_itself() {
    let service = CoreData::start();
    for number in 0..3 {
        service.fake.put_file(&format!("{number}"), "x");
    }
    service.fake.inject(
        Fault::new(Effect::PatchJson { pointer: "/objects/1/id".into(), value: "../../etc".into() })
            .at([Endpoint::ListProjectFiles]),
    );
    let listed = service.list().await;
    assert_eq!((listed.files(), listed.unusable.len()), (vec!["0", "2"], 1));
}

#[tokio::test]
async fn a_cursor_is_good_for_its_step_alone() {
    let service = CoreData::start();
    service.fake.put_file("d/a", "x");
    let page = service.provider.changes(None).await.unwrap();
    let tidemark_providers::provider::Next::Page(first) = page.next else { panic!("one step") };
    service.provider.changes(Some(&first)).await.unwrap();
    let expired = error(service.provider.changes(Some(&first)).await);
    assert_eq!((expired.kind, expired.retry), (ErrorKind::CursorExpired, Retry::Never));
}

#[tokio::test]
async fn what_is_gone_is_what_the_service_says_is_gone() {
    for shows_trash in [false, true] {
        let settings = FakeCoreData::with();
        let service = CoreData::with(if shows_trash { settings.shows_trash() } else { settings });
        service.fake.put_file("d/a", "x");
        service.fake.put_file("d/b", "x");
        let listed = service.list().await;
        let (a, b) = (item(&listed.items["d/a"], "d/a"), item(&listed.items["d/b"], "d/b"));
        assert!(service.provider.stat(&a).await.unwrap().is_some());
        assert!(service.fake.delete("d/a") && service.fake.rename("d/b", "c"));
        assert_eq!(service.provider.stat(&a).await.unwrap(), None);
        assert_eq!(service.provider.stat(&b).await.unwrap(), None, "it is elsewhere");
        let moved = service.provider.stat(&by_path("c")).await.unwrap().unwrap();
        assert_eq!(moved.id, listed.items["d/b"].id);
        let folder = item(&listed.items["d"], "d");
        assert_eq!(service.provider.stat(&folder).await.unwrap().unwrap().kind, Kind::Folder);
        service.fake.delete_folder("d");
        assert_eq!(service.provider.stat(&folder).await.unwrap(), None);
        assert_eq!(service.provider.stat(&by_path("d")).await.unwrap(), None);
        service.no_breaches();
    }
}

#[tokio::test]
async fn a_failing_question_is_no_absence() {
    let service = CoreData::start();
    service.fake.put_file("a", "x");
    let listed = service.list().await;
    let a = item(&listed.items["a"], "a");
    for effect in [
        Effect::Html,
        Effect::Status { code: 401, retry_after: None },
        Effect::Status { code: 403, retry_after: None },
        Effect::Status { code: 502, retry_after: None },
        Effect::Answer {
            code: 404,
            headers: [("content-type".to_owned(), "text/html".to_owned())].into(),
            body: "<html>nginx</html>".into(),
        },
        Effect::DropField { pointer: "/id".into() },
        Effect::PatchJson { pointer: "/id".into(), value: "e139a8ac-7368-11ee-b992-57663b1559fb".into() },
        Effect::DropField { pointer: "/snapshot_id".into() },
    ] {
        service.fake.heal();
        service.fake.inject(Fault::new(effect.clone()).at([Endpoint::GetFile]));
        assert!(service.provider.stat(&a).await.is_err(), "{effect:?}");
    }
    assert_eq!(at("a"), a.path);
}

#[tokio::test]
async fn a_page_of_numbers_without_end_is_refused_at_once() {
    for count in [20_000, 300_000] {
        let service = CoreData::start();
        let numbers = (0..count).map(|number| number.to_string()).collect::<Vec<_>>().join(",");
        let body =
            format!(r#"{{"meta":{{"limit":500,"offset":0,"total_count":{count}}},"objects":[{numbers}]}}"#);
        let headers = [("content-type".to_owned(), "application/json".to_owned())].into();
        let answer = Effect::Answer { code: 200, headers, body };
        service.fake.inject(Fault::new(answer).at([Endpoint::ListProjectFiles]));
        assert_eq!(kind(service.provider.changes(None).await), ErrorKind::Protocol, "{count}");
    }
}
