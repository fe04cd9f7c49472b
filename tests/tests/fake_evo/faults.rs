use std::io;

use serde_json::json;
use tidemark_tests::fake::evo::{Effect, Endpoint, Fault};
use tidemark_tests::fake::raw::{self, RawAnswer};

use crate::{Evo, put_blob, put_with, text};

fn broken(effect: Effect) -> Evo {
    let evo = Evo::start();
    evo.fake.put_file("d/a", "0123456789");
    evo.fake.put_file("d/b", "b");
    evo.fake.inject(Fault::new(effect));
    evo
}

fn try_list(evo: &Evo) -> io::Result<RawAnswer> {
    raw::send("GET", &evo.url(""), &[("Authorization", "Bearer evo-token")], b"")
}

#[test]
fn statuses_come_instead_or_afterwards() {
    let evo = broken(Effect::Status { code: 503, retry_after: Some(2) });
    let answer = evo.ask("DELETE", "/path/d/a");
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("2")));
    assert!(evo.fake.content("d/a").is_some());

    let evo = broken(Effect::StatusAfterEffect { code: 504 });
    assert_eq!(evo.ask("DELETE", "/path/d/a").status, 504);
    assert!(evo.fake.content("d/a").is_none());
}

#[test]
fn connections_close_before_or_after_the_effect() {
    let evo = broken(Effect::CloseBeforeAnswer);
    assert!(
        raw::send("DELETE", &evo.url("/path/d/a"), &[("Authorization", "Bearer evo-token")], b"").is_err()
    );
    assert!(evo.fake.content("d/a").is_some());

    let evo = broken(Effect::CloseAfterEffect);
    assert!(
        raw::send("DELETE", &evo.url("/path/d/a"), &[("Authorization", "Bearer evo-token")], b"").is_err()
    );
    assert!(evo.fake.content("d/a").is_none());
    assert_eq!(evo.fake.requests().last().unwrap().status, None);
}

#[test]
fn bodies_are_cut_short_or_changed() {
    let content = |effect| {
        let evo = broken(Effect::Delay { ms: 0 });
        evo.fake.inject(Fault::new(effect).at([Endpoint::GetBlob]));
        let answer = evo.download("d/a");
        (answer.text(), answer.header("content-length").unwrap().to_owned())
    };
    assert_eq!(content(Effect::TruncateBody { after: 4 }), ("0123".into(), "10".into()));
    assert_eq!(content(Effect::ShortBody { missing: 1 }), ("012345678".into(), "9".into()));
    assert_eq!(content(Effect::CorruptBody), ("0123446789".into(), "10".into()));
}

#[test]
fn answers_are_not_what_was_asked_for() {
    let html = broken(Effect::Html).ask("GET", "");
    assert_eq!((html.status, html.header("content-type")), (200, Some("text/html")));
    let garbage = broken(Effect::GarbageJson { size: 1000 }).ask("GET", "");
    assert_eq!((garbage.body.len(), garbage.json()), (1000, json!(null)));
    let redirect = broken(Effect::Redirect { to: "file:///etc/passwd".into() }).ask("GET", "");
    assert_eq!((redirect.status, redirect.header("location")), (307, Some("file:///etc/passwd")));
}

#[test]
fn listings_lie() {
    assert_eq!(broken(Effect::EmptyListing).get("")["total"], 0);
    assert_eq!(broken(Effect::WrongTotal { by: 5 }).get("")["total"], 7);
    let page = broken(Effect::DropFromListing { path: "d/a".into() }).get("");
    assert_eq!((&page["total"], &page["files"][0]["name"]), (&json!(1), &json!("b")));

    let evo = broken(Effect::StaleListing);
    assert_eq!(evo.get("")["total"], 2);
    evo.fake.delete("d/a");
    assert_eq!(evo.get("")["total"], 2);
    evo.fake.heal();
    assert_eq!(evo.get("")["total"], 1);

    let evo = broken(Effect::RepeatPage);
    assert_eq!(evo.get("?limit=1")["offset"], 0);
    assert_eq!(evo.get("?limit=1&offset=1")["offset"], 0);
}

#[test]
fn json_is_patched() {
    let patch = |pointer: &str, value| {
        broken(Effect::PatchJson { pointer: pointer.into(), value }).get("")["files"][0].clone()
    };
    assert_eq!(patch("/files/0/name", json!("../x"))["name"], "../x");
    assert_eq!(
        patch("/files/0/version_id", json!(9_007_199_254_740_993_u64))["version_id"],
        9_007_199_254_740_993_u64
    );
    assert_eq!(patch("/files/0/extra", json!([]))["extra"], json!([]));
    let page = broken(Effect::DropField { pointer: "/files/0/size".into() }).get("");
    assert!(page["files"][0].get("size").is_none() && page["files"][1].get("size").is_some());
}

#[test]
fn somebody_else_is_before_or_after_us() {
    let race = |endpoint| {
        let evo = Evo::start();
        evo.fake.put_file("a", "base");
        evo.fake.inject(Fault::new(Effect::RaceVersion { content: "theirs".into() }).at([endpoint]).nth(1));
        evo.upload("a", b"ours");
        assert_eq!(evo.fake.faults_fired(), [1]);
        evo.fake.versions("a").into_iter().map(|version| version.content).collect::<Vec<_>>()
    };
    assert_eq!(race(Endpoint::LinkByPath), ["base", "theirs", "ours"]);
    assert_eq!(race(Endpoint::PutBlob), ["base", "ours", "theirs"]);
}

#[test]
fn the_storage_loses_things() {
    let evo = Evo::start();
    evo.fake.inject(Fault::new(Effect::StoreShort { missing: 2 }).at([Endpoint::PutBlob]));
    evo.upload("a", b"whole");
    assert_eq!(evo.fake.content("a").unwrap().as_ref(), b"who");

    evo.fake.inject(Fault::new(Effect::LoseBlocks).at([Endpoint::PutBlockList]));
    let link = evo.link("b");
    put_with(&link, "&comp=block&blockid=YWFh", &[], b"one");
    let list = b"<BlockList><Latest>YWFh</Latest></BlockList>";
    assert_eq!(put_with(&link, "&comp=blocklist", &[], list).status, 400);
}

#[test]
fn a_token_is_revoked_in_between() {
    let evo = Evo::start();
    evo.fake.inject(Fault::new(Effect::RevokeToken).nth(2));
    assert_eq!(
        [evo.ask("GET", "").status, evo.ask("GET", "").status, evo.ask("GET", "").status],
        [200, 401, 401]
    );
}

#[test]
fn faults_find_their_file() {
    let evo = Evo::start();
    evo.fake
        .inject(Fault::new(Effect::Status { code: 500, retry_after: None }).path("bad").at(Endpoint::BLOB));
    assert_eq!(put_blob(&evo.link("good"), b"one").status, 201);
    let link = evo.link("bad");
    assert_eq!(put_blob(&link, b"one").status, 500);
    evo.fake.heal();
    assert_eq!(put_blob(&link, b"one").status, 201);
    let by_id = format!("/{}", text(&link, "file_id"));
    evo.fake.inject(Fault::new(Effect::CloseBeforeAnswer).path("bad"));
    assert!(raw::send("GET", &evo.url(&by_id), &[("Authorization", "Bearer evo-token")], b"").is_err());
    assert_eq!(try_list(&evo).unwrap().status, 200);
}
