//! New files.

use tidemark_providers::ErrorKind;
use tidemark_tests::doubles::{Memory, Session, hash};
use tidemark_tests::fake::coredata::{Effect, Endpoint, FakeCoreData, Fault};

use super::{CoreData, MIB, ROOTS, by_path, error, item, kind, open, pattern};

const NAMES: [&str; 8] = [
    "a.txt",
    "með bili.pdf",
    "100% #?&+=;.txt",
    "Skýrsla þæö.docx",
    "日本語",
    "🌊.md",
    "q\"uote'.x",
    ".falið",
];

#[tokio::test]
async fn names_and_contents_arrive_as_they_are() {
    for root in ROOTS {
        let service = CoreData::with(FakeCoreData::with().root(root));
        service.fake.make_folder("d/e");
        service.list().await;
        for name in NAMES {
            for path in [name.to_owned(), format!("d/e/{name}")] {
                let uploaded = service.create(&path, name.as_bytes()).await.unwrap();
                assert_eq!(service.content(&path), name.as_bytes(), "{root:?}");
                assert_eq!(uploaded.remote.hash, Some(hash(name.as_bytes())));
                assert_eq!(
                    *uploaded.remote.revision.0,
                    *service.fake.file(&path).unwrap().snapshot.to_string()
                );
            }
        }
        let listed = service.list().await;
        assert_eq!(listed.files().len(), 2 * NAMES.len());
        service.no_breaches();
    }
}

#[tokio::test]
async fn all_sizes_arrive() {
    let service = CoreData::start();
    for (size, requests) in [(0, 2), (1, 2), (8 * MIB, 2), (8 * MIB + 1, 5), (70 * MIB, 5)] {
        service.list().await;
        service.fake.put_file("so that the alias is known", "x");
        service.list().await;
        service.fake.forget_requests();
        let content = pattern(size);
        let path = format!("{size}.bin");
        let session = Session::default();
        let uploaded = service.send(&by_path(&path), None, &Memory::of(&content), &session).await.unwrap();
        assert_eq!(uploaded.remote.size, Some(size as u64));
        assert!(service.content(&path) == content, "{size}");
        assert_eq!(service.fake.summary().requests, requests, "{:?}", service.fake.summary());
        assert_eq!(session.state(), None);
    }
    assert_eq!(service.fake.loose_blobs(), 0);
    service.no_breaches();
}

#[tokio::test]
async fn new_files_are_labelled_as_the_pair_says() {
    let service = CoreData::start();
    let contact = "d3383d1a-d0e8-11e6-b3f8-339d6545b0f5";
    let more = [("dynatype", "Memo"), ("tags", "a, one long tag"), ("contacts", contact)];
    let provider = open(&service.fake, &service.fake.root_id().to_string(), &more).unwrap();
    let service = CoreData { provider, ..service };
    service.create("small", b"x").await.unwrap();
    service.create("large", &pattern(9 * MIB)).await.unwrap();
    for path in ["small", "large"] {
        let file = service.fake.file(path).unwrap();
        assert_eq!((file.dynatype.as_str(), file.contacts), ("Memo", vec![contact.to_owned()]));
        assert_eq!(file.tags, ["a", "one long tag"]);
    }
    service.no_breaches();
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_file() {
    for size in [3, 9 * MIB] {
        for effect in [
            Effect::CloseAfterEffect,
            Effect::StatusAfterEffect { code: 502 },
            Effect::StatusAfterEffect { code: 504 },
            Effect::Html,
        ] {
            let service = CoreData::start();
            service.fake.make_folder("d");
            service.fake.inject(Fault::new(effect.clone()).at([Endpoint::CreateFile]).nth(1));
            let (content, session) = (Memory::of(&pattern(size)), Session::default());
            let to = by_path("d/a.txt");
            assert!(service.send(&to, None, &content, &session).await.is_err());
            // Another process goes on.
            let provider = open(&service.fake, &service.fake.root_id().to_string(), &[]).unwrap();
            let service = CoreData { provider, ..service };
            service.fake.forget_requests();
            let uploaded = service.send(&to, None, &content, &session).await.unwrap();
            assert_eq!(service.fake.files().len(), 1, "{effect:?}");
            assert_eq!(*uploaded.remote.revision.0, *service.fake.files()[0].snapshot.to_string());
            assert_eq!(service.count(Endpoint::PutBlob), 0, "the content isn't sent again");
            assert_eq!(session.state(), None);
            service.no_breaches();
        }
    }
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_file_in_a_root_that_nobody_has_looked_at() {
    for root in ROOTS {
        let service = CoreData::with(FakeCoreData::with().root(root));
        service.fake.put_file("d/a.txt", "content");
        service.fake.inject(Fault::new(Effect::CloseAfterEffect).at([Endpoint::CreateFile]).nth(1));
        let (content, session) = (Memory::of(b"content"), Session::default());
        assert!(service.send(&by_path("a.txt"), None, &content, &session).await.is_err());
        let sent = service.send(&by_path("a.txt"), None, &content, &session).await.unwrap();
        assert_eq!(*sent.remote.id.0, *service.fake.file("a.txt").unwrap().id.to_string());
        assert_eq!(service.fake.files().len(), 2, "{root:?}");
        service.no_breaches();
    }
}

#[tokio::test]
async fn a_content_that_is_at_the_storage_isnt_sent_again() {
    let service = CoreData::start();
    service.fake.inject(Fault::new(Effect::CloseBeforeAnswer).at([Endpoint::CreateFile]).nth(1));
    let (content, session) = (Memory::of(&pattern(9 * MIB)), Session::default());
    assert_eq!(kind(service.send(&by_path("a"), None, &content, &session).await), ErrorKind::Network);
    service.send(&by_path("a"), None, &content, &session).await.unwrap();
    assert_eq!(service.count(Endpoint::PutBlob), 1);
    service.no_breaches();
}

#[tokio::test]
async fn another_content_isnt_taken_for_the_one_that_is_at_the_storage() {
    let service = CoreData::start();
    service.fake.inject(Fault::new(Effect::CloseBeforeAnswer).at([Endpoint::CreateFile]).nth(1));
    let (first, session) = (pattern(9 * MIB), Session::default());
    let mut second = first.clone();
    second[7] ^= 1;
    let failed = service.send(&by_path("a"), None, &Memory::of(&first), &session).await;
    assert_eq!(kind(failed), ErrorKind::Network);
    service.send(&by_path("a"), None, &Memory::of(&second), &session).await.unwrap();
    assert!(service.content("a") == second);
    assert_eq!(service.count(Endpoint::PutBlob), 2);
    service.no_breaches();
}

#[tokio::test]
async fn a_content_that_the_storage_lost_is_sent_again() {
    let service = CoreData::start();
    let refusal = Effect::Status { code: 400, retry_after: None };
    service.fake.inject(Fault::new(Effect::CloseBeforeAnswer).at([Endpoint::CreateFile]).nth(1));
    service.fake.inject(Fault::new(refusal).at([Endpoint::CreateFile]).nth(2));
    let (content, session) = (Memory::of(&pattern(9 * MIB)), Session::default());
    for expected in [ErrorKind::Network, ErrorKind::LinkExpired] {
        assert_eq!(kind(service.send(&by_path("a"), None, &content, &session).await), expected);
    }
    service.send(&by_path("a"), None, &content, &session).await.unwrap();
    assert_eq!((service.count(Endpoint::PutBlob), service.fake.files().len()), (2, 1));
}

#[tokio::test]
async fn what_somebody_made_first_stays_the_only_one() {
    for size in [3, 9 * MIB] {
        let service = CoreData::start();
        service.fake.make_folder("d");
        service.list().await;
        let theirs = service.fake.put_file("d/a.txt", "theirs");
        assert_eq!(kind(service.create("d/a.txt", &pattern(size)).await), ErrorKind::AlreadyExists);
        let files = service.fake.files();
        assert_eq!((files.len(), files[0].id), (1, theirs));
        assert_eq!(files[0].content, "theirs");
        service.no_breaches();
    }
}

#[tokio::test]
async fn the_same_content_made_by_somebody_else_is_taken_for_ours() {
    let service = CoreData::start();
    let theirs = service.fake.put_file("a.txt", "same");
    service.list().await;
    let uploaded = service.create("a.txt", b"same").await.unwrap();
    assert_eq!(*uploaded.remote.id.0, *theirs.to_string());
    assert_eq!(service.fake.files().len(), 1);
}

#[tokio::test]
async fn a_spoiled_content_is_sent_again_into_its_file() {
    let service = CoreData::start();
    service.fake.put_file("known", "x");
    service.list().await;
    service.fake.inject(Fault::new(Effect::StoreShort { missing: 2 }).at([Endpoint::CreateFile]).nth(1));
    let (content, session) = (Memory::of(b"content"), Session::default());
    assert_eq!(kind(service.send(&by_path("a"), None, &content, &session).await), ErrorKind::DigestMismatch);
    assert_eq!(service.content("a"), "conte");
    service.send(&by_path("a"), None, &content, &session).await.unwrap();
    assert_eq!(service.content("a"), "content");
    service.fake.inject(Fault::new(Effect::StoreShort { missing: 2 }).at([Endpoint::PutBlob]).nth(1));
    let (content, session) = (Memory::of(&pattern(9 * MIB)), Session::default());
    assert_eq!(kind(service.send(&by_path("b"), None, &content, &session).await), ErrorKind::DigestMismatch);
    service.send(&by_path("b"), None, &content, &session).await.unwrap();
    assert_eq!(service.content("b"), pattern(9 * MIB));
    service.no_breaches();
}

#[tokio::test]
async fn a_file_that_changes_meanwhile_isnt_made() {
    for size in [3, 9 * MIB] {
        let service = CoreData::start();
        let content = Memory::of(&pattern(size)).touched();
        let failed = service.send(&by_path("a"), None, &content, &Session::default()).await;
        assert_eq!(kind(failed), ErrorKind::LocalChanged);
        assert_eq!(service.fake.files(), []);
    }
}

#[tokio::test]
async fn a_folder_that_isnt_there_takes_no_file() {
    let service = CoreData::start();
    assert_eq!(kind(service.create("d/a", b"x").await), ErrorKind::NotFound);
    service.fake.put_file("d/a", "x");
    service.list().await;
    service.fake.delete_folder("d");
    let failed = error(service.create("d/b", b"x").await);
    assert_eq!(failed.kind, ErrorKind::Refused, "{failed}");
    assert_eq!(kind(service.create("d/b", b"x").await), ErrorKind::NotFound, "it is looked for again");
    service.no_breaches();
}

#[tokio::test]
async fn what_we_made_can_be_edited_and_fetched_at_once() {
    let service = CoreData::start();
    let made = service.create("a", b"one").await.unwrap();
    let edited = service.replace(&made.remote, "a", b"two").await.unwrap();
    assert_eq!(service.fetch(&item(&edited.remote, "a")).await.unwrap(), "two");
    service.no_breaches();
}

#[tokio::test]
async fn what_somebody_made_after_an_attempt_that_failed_isnt_taken_for_ours() {
    for size in [7, 9 * MIB] {
        let service = CoreData::start();
        service.fake.inject(Fault::new(Effect::CloseBeforeAnswer).at([Endpoint::CreateFile]).nth(1));
        let (content, session) = (Memory::of(&pattern(size)), Session::default());
        let to = by_path("a.txt");
        assert_eq!(kind(service.send(&to, None, &content, &session).await), ErrorKind::Network);
        service.fake.put_file("a.txt", "theirs!");
        assert_eq!(kind(service.send(&to, None, &content, &session).await), ErrorKind::AlreadyExists);
        assert_eq!((service.fake.files().len(), service.content("a.txt")), (1, "theirs!".into()));
        service.no_breaches();
    }
}

#[tokio::test]
async fn what_the_service_gives_another_name_is_taken_back() {
    let service = CoreData::start();
    for (endpoint, pointer) in
        [(Endpoint::ListFiles, "/objects/0/filename"), (Endpoint::GetFile, "/filename")]
    {
        let effect = Effect::PatchJson { pointer: pointer.into(), value: "a_b.txt".into() };
        service.fake.inject(Fault::new(effect).at([endpoint]));
    }
    let session = Session::default();
    let refused = error(service.send(&by_path("a:b.txt"), None, &Memory::of(b"x"), &session).await);
    assert_eq!(refused.kind, ErrorKind::InvalidName, "{refused}");
    assert!(refused.sentence().contains("\"a_b.txt\""), "{refused}");
    assert_eq!((service.fake.files(), session.state()), (vec![], None));
    service.no_breaches();
}

#[tokio::test]
async fn a_spoiled_new_file_that_somebody_else_touched_blocks_nothing() {
    for edits in [true, false] {
        let service = CoreData::start();
        let short = Fault::new(Effect::StoreShort { missing: 2 }).at([Endpoint::CreateFile]).nth(1);
        service.fake.inject(short);
        let (content, session, to) = (Memory::of(b"content"), Session::default(), by_path("a"));
        assert_eq!(kind(service.send(&to, None, &content, &session).await), ErrorKind::DigestMismatch);
        match edits {
            true => drop(service.fake.put_file("a", "theirs")),
            false => assert!(service.fake.delete("a")),
        }
        assert_eq!(kind(service.send(&to, None, &content, &session).await), ErrorKind::RevisionMismatch);
        let next = service.send(&to, None, &content, &session).await;
        match edits {
            true => {
                assert_eq!((kind(next), service.content("a")), (ErrorKind::AlreadyExists, "theirs".into()))
            }
            false => assert_eq!((next.is_ok(), service.content("a")), (true, "content".into())),
        }
        service.no_breaches();
    }
}
