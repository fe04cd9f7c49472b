use jiff::SignedDuration;
use tidemark_tests::fake::evo::{Author, FakeEvo, Lag, Role};
use tidemark_tests::fake::raw;

use crate::{Evo, put_blob, put_with, text};

#[test]
fn an_upload_becomes_a_file_with_a_version() {
    let evo = Evo::start();
    let link = evo.link("a/new%20file.txt");
    assert_eq!(evo.ask("GET", "/path/a/new%20file.txt").status, 404);
    assert_eq!(put_blob(&link, b"one").status, 201);

    let file = evo.get(&format!("/{}", text(&link, "file_id")));
    assert_eq!(file["version_id"], link["version_id"]);
    assert_eq!(text(&file, "version_id").len(), 19);
    assert_eq!((text(&file, "name"), text(&file, "path"), &file["size"]), ("new file.txt", "/a/", &3.into()));
    assert_eq!(text(&file, "created_at"), "2026-03-01T12:00:00.000Z");
    assert!(file["versions"].is_null());
    assert_eq!(evo.download("a/new%20file.txt").body, b"one");
    assert_eq!(evo.fake.content("a/new file.txt").unwrap().as_ref(), b"one");
    assert_eq!(evo.breaches(), []);
}

#[test]
fn each_version_can_be_had_and_ids_grow() {
    let evo = Evo::start();
    let first = evo.upload("a", b"one");
    let second = evo.upload("a", b"two!");
    assert_eq!(first["file_id"], second["file_id"]);
    assert!(text(&first, "version_id") < text(&second, "version_id"));

    let file = evo.get("/path/a?include_versions=True");
    let versions = file["versions"].as_array().unwrap();
    assert_eq!(versions.iter().map(|v| v["size"].as_u64().unwrap()).collect::<Vec<_>>(), [3, 4]);
    let old = evo.get(&format!("/path/a?version_id={}", text(&first, "version_id")));
    assert_eq!(old["size"], 3);
    let content = raw::send("GET", text(&old, "download"), &[], b"").unwrap();
    assert_eq!(content.body, b"one");
    assert_eq!(evo.ask("GET", "/path/a?version_id=1000000000000000001").status, 404);
}

#[test]
fn a_version_begun_earlier_is_not_the_newest_though_committed_later() {
    let evo = Evo::start();
    let (first, second) = (evo.link("a"), evo.link("a"));
    put_blob(&second, b"second");
    put_blob(&first, b"first");
    assert_eq!(evo.get("/path/a")["version_id"], second["version_id"]);
    assert_eq!(evo.get("/path/a?include_versions=true")["versions"].as_array().unwrap().len(), 2);

    let evo = Evo::with(FakeEvo::with().newest_is_last_committed());
    let (first, second) = (evo.link("a"), evo.link("a"));
    put_blob(&second, b"second");
    put_blob(&first, b"first");
    assert_eq!(evo.get("/path/a")["version_id"], first["version_id"]);
}

#[test]
fn deletion_is_soft_and_restore_brings_back() {
    let evo = Evo::start();
    let id = text(&evo.upload("d/a.txt", b"one"), "file_id").to_owned();
    assert_eq!(evo.ask("DELETE", "/path/d/a.txt").status, 204);
    for (method, rest) in [
        ("GET", "/path/d/a.txt".to_owned()),
        ("GET", format!("/{id}")),
        ("DELETE", format!("/{id}")),
        ("PUT", format!("/{id}")),
    ] {
        let answer = evo.ask(method, &rest);
        assert_eq!(answer.status, 410, "{method} {rest}");
        assert!(text(&answer.json(), "type").ends_with("/file-api/files/gone"));
    }
    assert_eq!(text(&evo.get(&format!("/{id}?deleted=true")), "deleted_at"), "2026-03-01T12:00:00.000Z");
    assert_eq!(evo.get("")["total"], 0);
    assert_eq!(evo.get("?deleted=true")["total"], 1);

    assert_eq!(evo.ask("PUT", &format!("/{id}?deleted=false")).status, 204);
    assert_eq!(evo.download("d/a.txt").body, b"one");
}

#[test]
fn restore_goes_elsewhere_when_the_place_is_taken() {
    let evo = Evo::start();
    let id = text(&evo.upload("d/a.txt", b"one"), "file_id").to_owned();
    evo.ask("DELETE", &format!("/{id}"));
    let other = evo.upload("d/a.txt", b"two");
    assert_ne!(text(&other, "file_id"), id);

    let answer = evo.ask("PUT", &format!("/{id}?deleted=false"));
    assert_eq!((answer.status, answer.header("location")), (303, None));
    assert_eq!(text(&answer.json(), "name"), "a (1).txt");
    assert_eq!(evo.download("d/a%20(1).txt").body, b"one");
    assert_eq!(evo.download("d/a.txt").body, b"two");
}

#[test]
fn a_path_used_again_may_keep_its_id() {
    let evo = Evo::with(FakeEvo::with().reuse_ids());
    let first = evo.upload("a", b"one");
    evo.ask("DELETE", "/path/a");
    let second = evo.link("a");
    assert_eq!(first["file_id"], second["file_id"]);
    assert_eq!(evo.ask("GET", "/path/a").status, 410);
    put_blob(&second, b"two");
    assert_eq!(evo.get("/path/a?include_versions=true")["versions"].as_array().unwrap().len(), 2);
}

#[test]
fn an_upload_is_resumed_until_it_is_complete() {
    let evo = Evo::start();
    let link = evo.link("a");
    put_with(&link, "&comp=block&blockid=YQ%3D%3D", &[], b"one");
    let query = format!("version_id={}", text(&link, "version_id"));
    let by_id = format!("/{}", text(&link, "file_id"));
    assert_eq!(evo.ask("PUT", &by_id).status, 404, "there is no file yet that another version could be of");
    for rest in [format!("/path/a?{query}"), format!("{by_id}?{query}")] {
        assert_eq!(evo.ask("PUT", &rest).json()["version_id"], link["version_id"]);
    }
    let again = evo.ask("PUT", &format!("{by_id}?{query}")).json();
    let list = b"<BlockList><Latest>YQ==</Latest></BlockList>";
    assert_eq!(put_with(&again, "&comp=blocklist", &[], list).status, 201);
    let answer = evo.ask("PUT", &format!("/path/a?{query}"));
    assert_eq!(answer.status, 400);
    assert!(text(&answer.json(), "type").ends_with("/file-api/files/no-file-upload-in-progress"));
    assert_eq!(evo.ask("PUT", "/path/a?version_id=1").status, 404);
}

#[test]
fn a_content_is_seen_after_its_processing() {
    let evo = Evo::with(FakeEvo::with().processing(Lag::Requests(2)));
    let first = evo.upload("a", b"one");
    assert_eq!([evo.ask("GET", "/path/a").status, evo.ask("GET", "/path/a").status], [404, 404]);
    assert_eq!(evo.get("/path/a")["version_id"], first["version_id"]);

    let evo = Evo::with(FakeEvo::with().processing(Lag::Time(SignedDuration::from_secs(5))));
    evo.upload("a", b"one");
    assert_eq!(evo.get("")["total"], 0);
    evo.fake.clock().advance(SignedDuration::from_secs(5));
    assert_eq!(evo.get("")["total"], 1);
}

#[test]
fn changes_made_elsewhere_are_somebody_elses() {
    let evo = Evo::start();
    evo.upload("a", b"mine");
    evo.fake.put_file("a", "theirs");
    let authors: Vec<Author> = evo.fake.versions("a").iter().map(|version| version.author).collect();
    assert_eq!(authors, [Author::Client, Author::Elsewhere]);
    assert_eq!(evo.download("a").body, b"theirs");
    assert!(evo.fake.delete("a") && !evo.fake.delete("a"));
    assert_eq!(evo.ask("GET", "/path/a").status, 410);
    assert_eq!(evo.fake.restore("a").as_deref(), Some("a"));
    assert_eq!(evo.fake.all_contents(), ["mine", "theirs"]);
}

#[test]
fn a_backup_brings_everything_back() {
    let evo = Evo::start();
    evo.fake.put_file("a", "one");
    let backup = evo.fake.backup();
    evo.fake.put_file("a", "two");
    evo.fake.put_file("b", "new");
    evo.fake.roll_back(&backup);
    assert_eq!(evo.fake.files().len(), 1);
    assert_eq!(evo.download("a").body, b"one");
}

#[test]
fn a_viewer_may_read_only() {
    let evo = Evo::with(FakeEvo::with().role(Role::Viewer));
    evo.fake.put_file("a", "one");
    assert_eq!(evo.download("a").body, b"one");
    for method in ["PUT", "DELETE"] {
        let answer = evo.ask(method, "/path/a");
        assert_eq!((answer.status, text(&answer.json(), "your_role")), (403, "viewer"));
    }
}

#[test]
fn path_is_the_folder_or_the_whole_path() {
    let evo = Evo::with(FakeEvo::with().full_path_in_get());
    evo.fake.put_file("d/a", "one");
    assert_eq!(text(&evo.get("/path/d/a"), "path"), "/d/a");
    assert_eq!(text(&evo.get("")["files"][0], "path"), "/d/");
}

#[test]
fn a_revoked_token_is_refused_without_being_a_breach() {
    let evo = Evo::start();
    evo.fake.set_token(None);
    let answer = evo.ask("GET", "");
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(text(&answer.json(), "type").ends_with("/file-api/auth/invalid-token"));
    assert_eq!(evo.breaches(), []);
}

#[test]
fn the_same_requests_give_the_same_ids() {
    let ids = |seed| {
        let evo = Evo::with(FakeEvo::with().seed(seed));
        let link = evo.upload("a", b"one");
        (text(&link, "file_id").to_owned(), text(&link, "version_id").to_owned())
    };
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1).0, ids(2).0);
}
