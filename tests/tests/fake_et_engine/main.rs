//! The fake ET Engine itself: what the vendor's page shows, and that every breach is refused and recorded.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use serde_json::Value;
use tidemark_tests::fake::et_engine::{BreachKind, FakeEtEngine};
use tidemark_tests::fake::raw::{self, RawAnswer};

const KEY: (&str, &str) = ("Authorization", "et-engine-key");

fn send(fake: &FakeEtEngine, method: &str, rest: &str, headers: &[(&str, &str)], body: &[u8]) -> RawAnswer {
    let url = format!("{}/filesystems/{}{rest}", fake.base_url(), fake.filesystem_id());
    raw::send(method, &url, headers, body).unwrap()
}

fn json(answer: &RawAnswer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_str(&answer.text()).unwrap()
}

/// An upload of 10 bytes, begun.
fn begun(fake: &FakeEtEngine) -> String {
    let begun = json(&send(fake, "POST", "/files/a", &[KEY], br#"{"size": 10}"#));
    begun["uploadId"].as_str().unwrap().to_owned()
}

#[test]
fn an_upload_goes_as_the_page_says() {
    let fake = FakeEtEngine::with().start().unwrap();
    let id = begun(&fake);
    assert_eq!(fake.files(), [(format!("a.{id}"), 10)]);
    for (range, part) in [("6-10", "ghij"), ("0-6", "abcdef")] {
        let range = format!("[{id}]:{range}");
        let headers = [KEY, ("Content-Range", range.as_str())];
        assert_eq!(send(&fake, "PUT", "/files/a", &headers, part.as_bytes()).status, 200);
    }
    let complete = format!(r#"{{"complete": true, "uploadId": "{id}"}}"#);
    assert_eq!(send(&fake, "POST", "/files/a", &[KEY], complete.as_bytes()).status, 200);
    let names = json(&send(&fake, "GET", "/list/", &[KEY], b""));
    assert_eq!(names, serde_json::json!({ "directories": [], "files": ["a"] }));
    let init = json(&send(&fake, "GET", "/files/a?init=true", &[KEY], b""));
    assert_eq!((init["size"].as_u64(), init["download_id"].is_string()), (Some(10), true));
    let part = send(&fake, "GET", "/files/a", &[KEY, ("Content-Range", "4-100")], b"");
    assert_eq!((part.status, part.text()), (200, "efghij".into()));
    assert_eq!(fake.breaches(), []);
}

#[test]
fn what_is_no_folder_lists_like_an_empty_one() {
    let fake = FakeEtEngine::with().start().unwrap();
    fake.put("folder/file", "1");
    for path in ["/list/nowhere", "/list/folder/file"] {
        let names = json(&send(&fake, "GET", path, &[KEY], b""));
        assert_eq!(names, serde_json::json!({ "directories": [], "files": [] }));
    }
    assert_eq!(send(&fake, "GET", "/files/folder?init=true", &[KEY], b"").status, 200);
    assert_eq!(send(&fake, "GET", "/files/nowhere?init=true", &[KEY], b"").status, 404);
    assert_eq!(send(&fake, "DELETE", "/files/nowhere", &[KEY], b"").status, 400);
    assert_eq!(send(&fake, "POST", "/mkdir/x/y", &[KEY], b"").status, 400);
    assert_eq!(send(&fake, "POST", "/mkdir/folder", &[KEY], b"").status, 409);
    assert_eq!(send(&fake, "POST", "/files/x/y", &[KEY], br#"{"size": 1}"#).status, 500);
    assert_eq!(fake.breaches(), []);
}

#[test]
fn every_breach_is_refused_and_recorded() {
    use BreachKind::*;
    let range = ("Content-Range", "0-1");
    for (method, rest, headers, body, expected) in [
        ("GET", "/list/", &[][..], "", NoKey),
        ("GET", "/list/", &[("Authorization", "Bearer et-engine-key")], "", SchemeWord),
        ("GET", "/files/f", &[KEY, ("Range", "bytes=0-1"), range], "", RangeHeader),
        ("GET", "/files/f", &[KEY], "", NoRange),
        ("GET", "/files/f?init=true", &[KEY, range], "", NoRange),
        ("GET", "/files/f?init=false", &[KEY], "", BadInit),
        ("GET", "/files/f?part=1", &[KEY], "", UnknownParameter),
        ("GET", "/files/f", &[KEY, ("Content-Range", "bytes 0-1/2")], "", BadRange),
        ("GET", "/files/f", &[KEY, ("Content-Range", "1-1")], "", BadRange),
        ("PUT", "/files/a", &[KEY, range], "a", BadRange),
        ("PUT", "/files/a", &[KEY], "a", NoRange),
        ("PUT", "/files/a", &[KEY, ("Content-Range", "[ID]:0-9")], "0123456789", WrongLength),
        ("PUT", "/files/a", &[KEY, ("Content-Range", "[ID]:5-15")], "0123456789", BeyondSize),
        ("POST", "/files/a", &[KEY], r#"{"size": 1, "name": "a"}"#, BadBody),
        ("POST", "/files/a", &[KEY], r#"{"complete": true, "uploadId": "ID"}"#, Incomplete),
        ("DELETE", "/files/folder", &[KEY], "", RecursiveDelete),
        ("DELETE", "/files/b.aB3dEfGhIjKlMnOpQrSt", &[KEY], "", StrangersUpload),
        ("GET", "/files/a/../b?init=true", &[KEY], "", PathNotNormal),
        ("GET", "/files/a%2Fb?init=true", &[KEY], "", PathNotEncoded),
        ("POST", "/share", &[KEY], r#"{"user": "5f1e9c52-0c1b-4a7e-9d3f-0000000000b2"}"#, BadBody),
        ("GET", "/share", &[KEY], "", NoSuchEndpoint),
        ("GET", "/list", &[KEY], "", NoSuchEndpoint),
        ("GET", "/copy/a", &[KEY], "", NoSuchEndpoint),
        ("PATCH", "/files/a", &[KEY], "", NoSuchEndpoint),
    ] {
        let fake = FakeEtEngine::with().start().unwrap();
        fake.put("f", "content");
        fake.put("folder/inside", "1");
        fake.put("b.aB3dEfGhIjKlMnOpQrSt", "theirs");
        let id = begun(&fake);
        let before = fake.files();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.replace("ID", &id))).collect();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = send(&fake, method, rest, &headers, body.replace("ID", &id).as_bytes());
        let recorded: Vec<_> = fake.breaches().into_iter().map(|breach| breach.kind).collect();
        assert_eq!(recorded, [expected], "{method} {rest}: {}", answer.text());
        assert!((400..500).contains(&answer.status), "{method} {rest}: {}", answer.status);
        assert_eq!(fake.files(), before, "{method} {rest} was refused, but done");
    }
}

#[test]
fn a_filesystem_is_made_from_a_name_alone() {
    let fake = FakeEtEngine::with().start().unwrap();
    let url = format!("{}/filesystems", fake.base_url());
    let asks = |method: &str, body: &str| raw::send(method, &url, &[KEY], body.as_bytes()).unwrap();
    let made = json(&asks("POST", r#"{"filesystem_name": "wells"}"#));
    assert_eq!(made["filesystem_name"], "wells");
    assert_eq!(json(&asks("GET", "")).as_array().unwrap().last(), Some(&made));
    assert_eq!(asks("POST", r#"{"filesystem_name": "wells"}"#).status, 409);
    assert_eq!(fake.breaches(), []);
    for body in
        ["", r#"{"name": "a"}"#, r#"{"filesystem_name": "a", "size": 1}"#, r#"{"filesystem_name": ""}"#]
    {
        assert_eq!(asks("POST", body).status, 400, "{body}");
    }
    assert!(fake.breaches().iter().all(|breach| breach.kind == BreachKind::BadBody));
    assert_eq!((fake.breaches().len(), json(&asks("GET", "")).as_array().unwrap().len()), (4, 3));
}

#[test]
fn a_length_that_does_not_fit_is_a_402() {
    let fake = FakeEtEngine::with().start().unwrap();
    let range = format!("[{}]:0-9", begun(&fake));
    let answer = send(&fake, "PUT", "/files/a", &[KEY, ("Content-Range", &range)], b"0123456789");
    assert_eq!(answer.status, 402, "the end is exclusive");
}
