use tidemark_core::node::Kind;
use tidemark_providers::provider::VersionId;
use tidemark_tests::fake::evo::{Effect, Endpoint, Fault};

use super::*;

#[tokio::test]
async fn every_version_can_be_listed_and_fetched() {
    let evo = Evo::start();
    let contents = ["1", "22", "333"];
    let ids = contents.map(|content| evo.fake.put_file("a", content).to_string());
    let versions = evo.provider.versions(&by_path("a")).await.unwrap();
    let listed: Vec<_> =
        versions.iter().map(|version| (version.id.0.clone(), version.size, version.current)).collect();
    let expected =
        [(ids[2].clone(), Some(3), true), (ids[1].clone(), Some(2), false), (ids[0].clone(), Some(1), false)];
    assert_eq!(listed, expected);
    for (id, content) in ids.iter().zip(contents) {
        let sink = Taken::default();
        let fetched =
            evo.provider.download(&by_path("a"), Some(&VersionId(id.clone())), &sink).await.unwrap();
        assert_eq!((sink.bytes(), fetched.revision), (content.into(), Revision(id.as_str().into())));
    }
    evo.no_breaches();
}

#[tokio::test]
async fn a_deleted_file_keeps_its_history_by_id_and_by_path() {
    let evo = Evo::start();
    let sent = evo.create("a/b", b"1").await.unwrap();
    evo.fake.delete("a/b");
    for item in [item(&sent, "a/b"), by_path("a/b")] {
        let versions = evo.provider.versions(&item).await.unwrap();
        assert_eq!((versions.len(), versions[0].current), (1, false));
        let sink = Taken::default();
        evo.provider.download(&item, Some(&versions[0].id), &sink).await.unwrap();
        assert_eq!(sink.bytes(), "1");
    }
    assert_eq!(kind(evo.provider.versions(&by_path("never")).await), ErrorKind::NotFound);
    evo.no_breaches();
}

#[tokio::test]
async fn a_deletion_is_of_one_version_and_counts_once() {
    let evo = Evo::start();
    let sent = evo.create("a", b"1").await.unwrap();
    let theirs = evo.fake.put_file("a", "theirs");
    let item = item(&sent, "a");
    let refused = evo.provider.delete(&item, Kind::File, &sent.remote.revision).await;
    assert_eq!(kind(refused), ErrorKind::RevisionMismatch);
    let theirs = Revision(theirs.to_string().into());
    for _ in 0..2 {
        evo.provider.delete(&item, Kind::File, &theirs).await.unwrap();
    }
    assert_eq!((evo.fake.files(), evo.fake.deleted_files().len()), (vec![], 1));
    evo.provider.delete(&by_path("folder"), Kind::Folder, &Revision("".into())).await.unwrap();
    evo.no_breaches();
}

#[tokio::test]
async fn a_deleted_file_comes_back_where_it_was_or_elsewhere() {
    for full_path in [false, true] {
        let settings = FakeEvo::with();
        let evo = Evo::with(if full_path { settings.full_path_in_get() } else { settings }, "team");
        let sent = evo.create("sub/a.txt", b"1").await.unwrap();
        let version = VersionId(sent.remote.revision.to_string());
        let item = item(&sent, "sub/a.txt");
        evo.fake.delete("team/sub/a.txt");
        let (path, remote) = evo.provider.restore(&item, &version).await.unwrap();
        assert_eq!((path.as_str(), &remote.id), ("sub/a.txt", &sent.remote.id));
        evo.fake.delete("team/sub/a.txt");
        evo.fake.put_file("team/sub/a.txt", "another");
        let (path, remote) = evo.provider.restore(&item, &version).await.unwrap();
        assert_eq!((path.as_str(), &remote.id), ("sub/a (1).txt", &sent.remote.id));
        assert_eq!(evo.fake.content("team/sub/a (1).txt").unwrap(), "1");
        evo.no_breaches();
    }
}

#[tokio::test]
async fn a_web_page_restores_nothing() {
    let evo = Evo::start();
    let sent = evo.create("a", b"1").await.unwrap();
    evo.fake.delete("a");
    evo.fake.inject(Fault::new(Effect::Html).at([Endpoint::Restore]));
    evo.fake.forget_requests();
    let version = VersionId(sent.remote.revision.to_string());
    assert_eq!(kind(evo.provider.restore(&item(&sent, "a"), &version).await), ErrorKind::Protocol);
    assert_eq!(evo.fake.summary().requests, 2, "a look, and nothing after the restoration");
}

#[tokio::test]
async fn an_old_version_is_for_the_caller_to_send() {
    let evo = Evo::start();
    let sent = evo.create("a", b"1").await.unwrap();
    evo.replace(&sent, "a", b"2").await.unwrap();
    evo.fake.delete("a");
    let old = VersionId(sent.remote.revision.to_string());
    assert_eq!(kind(evo.provider.restore(&item(&sent, "a"), &old).await), ErrorKind::Unsupported);
    assert_eq!(evo.fake.content("a").unwrap(), "2", "the file itself is back");
}
