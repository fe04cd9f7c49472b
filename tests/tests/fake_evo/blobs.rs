use serde_json::Value;
use tidemark_tests::fake::evo::{BreachKind, FakeEvo};
use tidemark_tests::fake::raw::{self, RawAnswer};

use crate::{Evo, put_blob, put_with, text};

fn block(link: &Value, id: &str, content: &[u8]) -> RawAnswer {
    put_with(link, &format!("&comp=block&blockid={}", id.replace('=', "%3D")), &[], content)
}

fn commit(link: &Value, list: &str) -> RawAnswer {
    put_with(
        link,
        "&comp=blocklist",
        &[],
        format!("<?xml version=\"1.0\"?><BlockList>{list}</BlockList>").as_bytes(),
    )
}

fn get(url: &str, headers: &[(&str, &str)]) -> RawAnswer {
    raw::send("GET", url, headers, b"").unwrap()
}

fn code(answer: &RawAnswer) -> (u16, &str) {
    (answer.status, answer.header("x-ms-error-code").unwrap_or_default())
}

#[test]
fn blocks_are_put_together_as_the_list_says() {
    let evo = Evo::start();
    let link = evo.link("a");
    for (id, content) in [("Yg==", "b"), ("YQ==", "x"), ("YQ==", "a"), ("Yw==", "unused")] {
        assert_eq!(block(&link, id, content.as_bytes()).status, 201);
    }
    let answer = commit(&link, "<Latest>YQ==</Latest><Uncommitted>Yg==</Uncommitted><Latest>YQ==</Latest>");
    assert_eq!(answer.status, 201);
    assert!(answer.header("etag").is_some());
    assert_eq!(evo.download("a").body, b"aba");
    assert_eq!(
        commit(&link, "<Committed>YQ==</Committed><Latest>Yg==</Latest><Latest>YQ==</Latest>").status,
        201
    );
    assert_eq!(evo.breaches(), []);
}

#[test]
fn a_list_must_name_blocks_that_are_there() {
    let evo = Evo::start();
    let link = evo.link("a");
    block(&link, "YQ==", b"a");
    assert_eq!(code(&commit(&link, "<Committed>YQ==</Committed>")), (400, "InvalidBlockList"));
    assert_eq!(code(&commit(&link, "<Latest>Yg==</Latest>")), (400, "InvalidBlockList"));
    assert_eq!(code(&put_with(&link, "&comp=blocklist", &[], b"{}")), (400, "InvalidXmlDocument"));
    assert_eq!(commit(&link, "<Latest>YQ==</Latest>").status, 201);
}

#[test]
fn staged_blocks_live_for_a_week() {
    let evo = Evo::start();
    let link = evo.link("a");
    block(&link, "YQ==", b"a");
    evo.fake.clock().advance(jiff::SignedDuration::from_hours(7 * 24));
    let again = evo.ask("PUT", &format!("/path/a?version_id={}", text(&link, "version_id"))).json();
    assert_eq!(code(&commit(&again, "<Latest>YQ==</Latest>")), (400, "InvalidBlockList"));
}

#[test]
fn an_empty_file_is_an_empty_list_or_an_empty_body() {
    let evo = Evo::start();
    assert_eq!(commit(&evo.link("a"), "").status, 201);
    evo.upload("b", b"");
    for path in ["a", "b"] {
        let answer = evo.download(path);
        assert_eq!((answer.status, answer.body.len(), answer.header("content-length")), (200, 0, Some("0")));
    }
}

#[test]
fn ranges_are_served() {
    let evo = Evo::start();
    evo.upload("a", b"0123456789");
    let url = text(&evo.get("/path/a"), "download").to_owned();
    for (range, status, body, content_range) in [
        ("bytes=2-4", 206, "234", Some("bytes 2-4/10")),
        ("bytes=7-", 206, "789", Some("bytes 7-9/10")),
        ("bytes=8-99", 206, "89", Some("bytes 8-9/10")),
        ("lines=1-2", 200, "0123456789", None),
    ] {
        let answer = get(&url, &[("Range", range)]);
        assert_eq!((answer.status, answer.text().as_str()), (status, body), "{range}");
        assert_eq!(answer.header("content-range"), content_range);
    }
    assert_eq!(code(&get(&url, &[("Range", "bytes=10-")])), (416, "InvalidRange"));
    let head = raw::send("HEAD", &url, &[], b"").unwrap();
    assert_eq!(
        (head.status, head.header("content-length"), head.header("accept-ranges")),
        (200, Some("10"), Some("bytes"))
    );
    assert_eq!(get(&url, &[("If-Match", "\"other\"")]).status, 412);
    assert_eq!(get(&url, &[("If-Match", head.header("etag").unwrap())]).status, 200);
}

#[test]
fn md5_is_checked_and_kept() {
    let evo = Evo::start();
    let link = evo.link("a");
    let with =
        |md5: &str| put_with(&link, "", &[("x-ms-blob-type", "BlockBlob"), ("Content-MD5", md5)], b"one");
    assert_eq!(code(&with("no md5")), (400, "InvalidMd5"));
    assert_eq!(code(&with("AAAAAAAAAAAAAAAAAAAAAA==")), (400, "Md5Mismatch"));
    assert_eq!(with("+XxdKZQb+xsv2rCHSQargg==").status, 201);
    assert_eq!(evo.download("a").header("content-md5"), Some("+XxdKZQb+xsv2rCHSQargg=="));
}

#[test]
fn what_is_there_can_be_protected() {
    let evo = Evo::start();
    let link = evo.link("a");
    let new = [("x-ms-blob-type", "BlockBlob"), ("If-None-Match", "*")];
    assert_eq!(put_with(&link, "", &new, b"one").status, 201);
    assert_eq!(code(&put_with(&link, "", &new, b"one")), (409, "BlobAlreadyExists"));
    assert_eq!(put_blob(&link, b"one").status, 201, "the same again does no harm");
}

#[test]
fn what_was_never_sent_is_not_found() {
    let evo = Evo::start();
    let link = evo.upload("a", b"one");
    let version: u64 = text(&link, "version_id").parse().unwrap();
    assert_eq!(evo.fake.staged_blocks(text(&link, "file_id").parse().unwrap(), version), 0);
    let get_of_upload = get(text(&link, "upload"), &[]);
    assert_eq!(code(&get_of_upload), (403, "AuthorizationPermissionMismatch"));
    assert_eq!(evo.breaches(), [BreachKind::LinkMisused]);
}

#[test]
fn large_contents_may_be_in_files() {
    let directory = tempfile::tempdir().unwrap();
    let evo = Evo::with(FakeEvo::with().spill_to(directory.path()));
    let content: Vec<u8> = (0..600_000u32).flat_map(u32::to_le_bytes).collect();
    let link = evo.link("a");
    let (first, second) = content.split_at(1_000_000);
    block(&link, "YQ==", first);
    block(&link, "Yg==", second);
    commit(&link, "<Latest>YQ==</Latest><Latest>Yg==</Latest>");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2);
    assert!(evo.download("a").body == content);
    let url = text(&evo.get("/path/a"), "download").to_owned();
    assert!(get(&url, &[("Range", "bytes=999999-1000002")]).body == content[999_999..1_000_003]);
}
