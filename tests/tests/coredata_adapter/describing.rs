//! Renaming and moving.

use tidemark_core::node::Remote;
use tidemark_providers::{ErrorKind, Result};
use tidemark_tests::fake::coredata::{Effect, Endpoint, FakeCoreData, Fault};

use super::{CoreData, ROOTS, at, error, item, kind};

impl CoreData {
    async fn relocate(&self, remote: &Remote, from: &str, to: &str) -> Result<Remote> {
        self.provider.relocate(&item(remote, from), &at(to), &remote.revision).await
    }
}

#[tokio::test]
async fn a_file_keeps_its_id_its_content_and_all_that_describes_it() {
    for root in ROOTS {
        let service = CoreData::with(FakeCoreData::with().root(root));
        service.fake.make_folder("Skjöl/Undir");
        let id = service.fake.put_file("a.txt", "content");
        let contact = "d3383d1a-d0e8-11e6-b3f8-339d6545b0f5";
        service.fake.describe("a.txt", "Fundargerð", "Memo", &["eitt", "one long tag"], &[contact]);
        let mut remote = service.list().await.items["a.txt"].clone();
        let mut from = "a.txt";
        for to in ["b 100%.txt", "Skjöl/b 100%.txt", "Skjöl/Undir/c", "日本語 #?&+.txt", "🌊"] {
            remote = service.relocate(&remote, from, to).await.unwrap();
            let file = service.fake.file(to).unwrap();
            assert_eq!((file.id, &*file.content, file.title.as_str()), (id, &b"content"[..], "Fundargerð"));
            assert_eq!((file.dynatype.as_str(), file.contacts), ("Memo", vec![contact.to_owned()]));
            assert_eq!(file.tags, ["eitt", "one long tag"]);
            assert_eq!(*remote.revision.0, *file.snapshot.to_string());
            from = to;
        }
        assert_eq!(service.list().await.files(), ["🌊"], "{root:?}");
        service.no_breaches();
    }
}

#[tokio::test]
async fn a_tag_that_would_be_torn_keeps_its_file_where_it_is() {
    let service = CoreData::start();
    service.fake.put_file("a", "x");
    service.fake.describe("a", "a", "File", &["one, two"], &[]);
    let remote = service.list().await.items["a"].clone();
    let refused = error(service.relocate(&remote, "a", "b").await);
    assert_eq!(refused.kind, ErrorKind::Refused);
    assert!(refused.sentence().contains("one, two"), "{refused}");
    assert_eq!(service.fake.file("a").unwrap().tags, ["one, two"]);
    service.no_breaches();
}

#[tokio::test]
async fn what_is_there_already_isnt_covered() {
    let service = CoreData::start();
    service.fake.put_file("a", "mine");
    service.fake.put_file("d/b", "theirs");
    let remote = service.list().await.items["a"].clone();
    assert_eq!(kind(service.relocate(&remote, "a", "d/b").await), ErrorKind::AlreadyExists);
    assert_eq!((service.content("a"), service.content("d/b")), ("mine".into(), "theirs".into()));
    service.no_breaches();
}

#[tokio::test]
async fn what_changed_or_moved_meanwhile_stays_where_it_is() {
    let service = CoreData::start();
    service.fake.put_file("a", "x");
    service.fake.put_file("b", "x");
    service.fake.put_file("c", "x");
    let listed = service.list().await;
    service.fake.put_file("a", "edited");
    service.fake.rename("b", "elsewhere");
    service.fake.delete("c");
    for (path, expected) in
        [("a", ErrorKind::RevisionMismatch), ("b", ErrorKind::RevisionMismatch), ("c", ErrorKind::NotFound)]
    {
        assert_eq!(kind(service.relocate(&listed.items[path], path, "to").await), expected, "{path}");
    }
    assert_eq!(service.fake.file("to"), None);
    assert_eq!(service.count(Endpoint::DescribeFile), 0);
}

#[tokio::test]
async fn a_lost_answer_is_found_by_the_next_attempt() {
    let service = CoreData::start();
    service.fake.put_file("d/a", "x");
    let remote = service.list().await.items["d/a"].clone();
    service.fake.inject(Fault::new(Effect::CloseAfterEffect).at([Endpoint::DescribeFile]).nth(1));
    assert_eq!(kind(service.relocate(&remote, "d/a", "b").await), ErrorKind::Network);
    let moved = service.relocate(&remote, "d/a", "b").await.unwrap();
    assert_eq!(*moved.revision.0, *service.fake.file("b").unwrap().snapshot.to_string());
    service.no_breaches();
}

#[tokio::test]
async fn an_edit_while_a_file_moves_isnt_taken_for_what_was_moved() {
    let service = CoreData::start();
    service.fake.put_file("a", "before");
    let remote = service.list().await.items["a"].clone();
    let race = Effect::RaceVersion { content: "theirs".into() };
    service.fake.inject(Fault::new(race).at([Endpoint::DescribeFile]).nth(1));
    assert_eq!(kind(service.relocate(&remote, "a", "b").await), ErrorKind::RevisionMismatch);
    assert_eq!(service.content("b"), "theirs");
    service.no_breaches();
}
