//! The stand-in for Calyptia: the vendor's examples work, and every breach of the contract is refused and recorded.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use serde_json::{Value, json};
use tidemark_tests::fake::calyptia::{BreachKind as K, FakeCalyptia};
use tidemark_tests::fake::raw::{self, RawAnswer};

const TOKEN: (&str, &str) = ("Authorization", "Bearer calyptia-token");
const PROJECT_TOKEN: (&str, &str) = ("X-Project-Token", "calyptia-token");
const JSON: (&str, &str) = ("Content-Type", "application/json");
const INSTANCE: &str = "/v1/core_instances/0c000000-0000-4000-8000-0000000000ca/files";

fn send(fake: &FakeCalyptia, method: &str, path: &str, body: &str) -> RawAnswer {
    raw::send(method, &format!("{}{path}", fake.base_url()), &[TOKEN, JSON], body.as_bytes()).unwrap()
}

fn list(fake: &FakeCalyptia) -> Value {
    send(fake, "GET", INSTANCE, "").json()
}

/// A fake with a readable file "a" and an encrypted one "b", and their addresses.
fn two_files() -> (FakeCalyptia, String, String) {
    let fake = FakeCalyptia::with().start().unwrap();
    fake.put_file("a", "bytes");
    fake.put_encrypted("b", "bytes");
    let ids: Vec<String> =
        fake.files().iter().map(|file| format!("/v1/core_instance_files/{}", file.id)).collect();
    (fake, ids[0].clone(), ids[1].clone())
}

#[test]
fn the_vendors_examples_work() {
    let fake = FakeCalyptia::with().start().unwrap();
    let new = r#"{"name": "myfile", "contents": "Ynl0ZXM=", "encrypted": false}"#;
    let created = send(&fake, "POST", INSTANCE, new);
    assert_eq!(created.status, 201);
    let page = list(&fake);
    let item = &page["items"][0];
    assert_eq!((&item["id"], &item["contents"]), (&created.json()["id"], &json!("Ynl0ZXM=")));
    assert_eq!((&page["endCursor"], &page["count"]), (&Value::Null, &json!(1)));

    let file = format!("/v1/core_instance_files/{}", item["id"].as_str().unwrap());
    let updated = send(&fake, "PATCH", &file, r#"{"name": "other", "contents": null, "encrypted": null}"#);
    assert_eq!(updated.status, 200);
    assert_eq!(updated.json()["updatedAt"], list(&fake)["items"][0]["updatedAt"]);
    let deleted = send(&fake, "DELETE", &file, "").json();
    assert!(deleted["deleted"] == true && deleted["deletedAt"].is_string());
    assert_eq!(send(&fake, "DELETE", &file, "").status, 404);
    assert_eq!(fake.breaches(), []);
}

#[test]
fn pages_go_from_the_newest_to_the_oldest() {
    let fake = FakeCalyptia::with().start().unwrap();
    for name in ["a", "b", "c", "d", "e"] {
        fake.put_file(name, name);
    }
    let mut names = Vec::new();
    let mut query = "?last=2".to_owned();
    loop {
        let page = send(&fake, "GET", &format!("{INSTANCE}{query}"), "").json();
        let items = page["items"].as_array().unwrap().clone();
        names.extend(items.into_iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        fake.put_file("newer", "x");
        let Some(cursor) = page["endCursor"].as_str() else { break };
        query = format!("?last=2&before={}", cursor.replace('=', "%3D"));
    }
    assert_eq!(names, ["e", "d", "c", "b", "a"]);
    assert_eq!(fake.breaches(), []);
}

#[test]
fn a_ciphertext_is_another_one_each_time() {
    let (fake, _, encrypted) = two_files();
    let contents = || list(&fake)["items"][0]["contents"].clone();
    let before = contents();
    assert_ne!(before, json!("Ynl0ZXM="));
    let same = r#"{"contents": "Ynl0ZXM=", "encrypted": true}"#;
    assert_eq!(send(&fake, "PATCH", &encrypted, same).status, 200);
    assert_ne!(contents(), before);
    assert_eq!(fake.breaches(), []);
}

#[test]
fn every_breach_is_refused_and_recorded() {
    let large = format!(r#"{{"name":"c","contents":"{}","encrypted":false}}"#, "AAAA".repeat((1 << 18) + 1));
    let too_long_encrypted =
        format!(r#"{{"name":"c","contents":"{}","encrypted":true}}"#, "AAAA".repeat(129_025));
    let list = |query: &str| format!("{INSTANCE}{query}");
    let (_, readable, encrypted) = two_files();
    let (readable, encrypted) = (readable.as_str(), encrypted.as_str());
    let cases = [
        (K::NoSuchEndpoint, "GET", readable, ""),
        (K::NoSuchEndpoint, "PUT", INSTANCE, "{}"),
        (K::NoSuchEndpoint, "GET", &list("/"), ""),
        (K::UnknownParameter, "GET", &list("?limit=5"), ""),
        (K::UnknownParameter, "GET", &list("?last=5&last=5"), ""),
        (K::UnknownParameter, "DELETE", &format!("{readable}?force=true"), ""),
        (K::BadParameter, "GET", &list("?last=-1"), ""),
        (K::BadParameter, "GET", &list("?before=made-up"), ""),
        (K::UnexpectedBody, "DELETE", readable, "{}"),
        (K::NotJson, "POST", INSTANCE, "name=c"),
        (K::OffSpec, "POST", INSTANCE, r#"{"name":"c","contents":""}"#),
        (K::OffSpec, "POST", INSTANCE, r#"{"name":"c","contents":"Ynl0ZXM","encrypted":false}"#),
        (K::OffSpec, "PATCH", readable, r#"{"content":"Ynl0ZXM="}"#),
        (K::EmptyChange, "PATCH", readable, "{}"),
        (K::EncryptionChanged, "PATCH", encrypted, r#"{"contents":"","encrypted":false}"#),
        (K::EncryptionChanged, "PATCH", readable, r#"{"contents":"","encrypted":true}"#),
        (K::EncryptedAgain, "PATCH", encrypted, r#"{"name":"c","encrypted":true}"#),
        (K::Slash, "POST", INSTANCE, r#"{"name":"c/d","contents":"","encrypted":false}"#),
        (K::Slash, "PATCH", readable, r#"{"name":"c/d"}"#),
        (K::BeyondCeiling, "POST", INSTANCE, &large),
        (K::BeyondCeiling, "POST", INSTANCE, &too_long_encrypted),
        (K::NothingNew, "PATCH", readable, r#"{"contents":"Ynl0ZXM="}"#),
    ];
    for (expected, method, path, body) in cases {
        let (fake, ..) = two_files();
        let before = fake.files();
        let answer = send(&fake, method, path, body);
        let kinds: Vec<K> = fake.breaches().into_iter().map(|breach| breach.kind).collect();
        assert_eq!(kinds, [expected], "{method} {path}: {}", answer.text());
        assert!(answer.status >= 400 && answer.json()["error"].is_string());
        assert_eq!(fake.files(), before, "it was refused, but done");
    }
}

#[test]
fn one_token_is_sent() {
    for (headers, status, breach) in [
        (&[][..], 401, Some(K::NoToken)),
        (&[TOKEN, PROJECT_TOKEN], 401, Some(K::TwoTokens)),
        (&[("Authorization", "calyptia-token")], 401, None),
        (&[TOKEN], 200, None),
        (&[PROJECT_TOKEN], 200, None),
    ] {
        let fake = FakeCalyptia::with().start().unwrap();
        let answer = raw::send("GET", &format!("{}{INSTANCE}", fake.base_url()), headers, b"").unwrap();
        let kinds: Vec<K> = fake.breaches().into_iter().map(|breach| breach.kind).collect();
        assert_eq!((answer.status, kinds), (status, breach.into_iter().collect()), "{headers:?}");
    }
}
