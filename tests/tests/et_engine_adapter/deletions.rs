use tidemark_core::node::Kind;
use tidemark_tests::fake::et_engine::{Effect, Fault};

use super::*;

async fn delete(engine: &Engine, path: &str, kind: Kind, size: u64) -> Result<()> {
    engine.provider.delete(&by_path(path), kind, &revision(size)).await
}

#[tokio::test]
async fn a_file_is_deleted_at_its_size_and_what_is_gone_counts_as_deleted() {
    let engine = Engine::start();
    engine.fake.put("a b/50%", "123");
    assert_eq!(kind(delete(&engine, "a b/50%", Kind::File, 4).await), ErrorKind::RevisionMismatch);
    engine.fake.forget_requests();
    delete(&engine, "a b/50%", Kind::File, 3).await.unwrap();
    assert_eq!(engine.fake.summary().requests, 3);
    delete(&engine, "a b/50%", Kind::File, 3).await.unwrap();
    delete(&engine, "never/was", Kind::File, 3).await.unwrap();
    delete(&engine, "never", Kind::Folder, 0).await.unwrap();
    assert_eq!(engine.fake.files(), []);
    engine.no_breaches();
}

#[tokio::test]
async fn a_folder_in_the_place_of_a_file_stays() {
    let engine = Engine::start();
    engine.fake.put("a/inside", "123");
    // What the service says of a folder's size is no revision of it.
    for size in [3, 6144] {
        assert_eq!(kind(delete(&engine, "a", Kind::File, size).await), ErrorKind::RevisionMismatch);
    }
    assert_eq!(engine.names(), ["a/inside"]);
    assert_eq!(engine.count(Endpoint::Delete), 0);
}

#[tokio::test]
async fn only_an_empty_folder_is_deleted() {
    let engine = Engine::start();
    engine.fake.make_folder("empty");
    engine.fake.put("full/a", "1");
    engine.fake.put(&format!("uploading/x.{ID}"), "1");
    engine.fake.put("file", "1");
    for path in ["full", "uploading", "file"] {
        assert_eq!(kind(delete(&engine, path, Kind::Folder, 0).await), ErrorKind::RevisionMismatch, "{path}");
    }
    assert_eq!(engine.count(Endpoint::Delete), 0);
    delete(&engine, "empty", Kind::Folder, 0).await.unwrap();
    assert_eq!(engine.fake.folders(), ["full", "uploading"]);
    engine.no_breaches();
}

#[tokio::test]
async fn a_folder_that_looks_empty_once_stays() {
    let engine = Engine::start();
    engine.fake.put("full/a", "1");
    for nth in [1, 2] {
        let unreadable = Fault::new(Effect::EmptyListing).at([Endpoint::List]).path("full").nth(nth);
        engine.fake.inject(unreadable);
        let kept = delete(&engine, "full", Kind::Folder, 0).await;
        assert_eq!(kind(kept), ErrorKind::RevisionMismatch, "empty at the look {nth}");
        engine.fake.heal();
    }
    assert_eq!((engine.count(Endpoint::Delete), engine.names()), (0, vec!["full/a".to_owned()]));
    engine.fake.make_folder("empty");
    engine.fake.forget_requests();
    delete(&engine, "empty", Kind::Folder, 0).await.unwrap();
    assert_eq!(engine.fake.summary().requests, 5);
    engine.no_breaches();
}

#[tokio::test]
async fn a_deletion_whose_answer_got_lost_is_done() {
    let engine = Engine::start();
    engine.fake.put("a", "1");
    engine.fake.inject(Fault::new(Effect::StatusAfterEffect { code: 500 }).at([Endpoint::Delete]).first(1));
    delete(&engine, "a", Kind::File, 1).await.unwrap();
    engine.fake.put("a", "1");
    engine.fake.inject(Fault::new(Effect::CloseAfterEffect).at([Endpoint::Delete]).first(1));
    assert_eq!(kind(delete(&engine, "a", Kind::File, 1).await), ErrorKind::Network);
    delete(&engine, "a", Kind::File, 1).await.unwrap();
}

#[tokio::test]
async fn folders_are_made_with_those_above() {
    for settings in [FakeEtEngine::with(), FakeEtEngine::with().calls_mistakes_400().labels_json()] {
        let engine = Engine::with(settings, "team/projects");
        let made = engine.provider.create_folder(&RelPath::new("a/b").unwrap()).await.unwrap();
        assert_eq!(made.kind, Kind::Folder);
        engine.provider.create_folder(&RelPath::new("a/b").unwrap()).await.unwrap();
        assert_eq!(engine.fake.folders(), ["team", "team/projects", "team/projects/a", "team/projects/a/b"]);
        engine.fake.put("team/projects/file", "1");
        let refused = engine.provider.create_folder(&RelPath::new("file").unwrap()).await;
        assert_eq!(kind(refused), ErrorKind::AlreadyExists);
        engine.no_breaches();
    }
}
