use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tidemark_core::node::RemoteId;

use super::items::flat;
use super::snapshot::{Room, hash};
use super::wire::{Created, Deleted, File, Moment, Page, Updated};
use super::*;

/// The answer on the vendor's page, word for word.
const LIST: &str = r#"{
  "items": [
    {
      "id": "123e4567-e89b-12d3-a456-426614174000",
      "coreInstanceID": "123e4567-e89b-12d3-a456-426614174000",
      "name": "myfile",
      "contents": "Ynl0ZXM=",
      "encrypted": false,
      "createdAt": "2024-11-21T10:00:14.940Z",
      "updatedAt": "2024-11-21T10:00:14.940Z"
    }
  ],
  "endCursor": "text",
  "count": 0
}"#;
const CREATED: &str = r#"{
  "id": "123e4567-e89b-12d3-a456-426614174000",
  "createdAt": "2024-11-21T10:00:14.940Z"
}"#;

fn snapshot(items: &[&str]) -> Snapshot {
    let page = format!(r#"{{"items":[{}],"endCursor":null,"count":0}}"#, items.join(","));
    Snapshot::of(&[serde_json::from_str(&page).unwrap()], &mut Room::default())
}

fn file(id: &str, name: &str, content: &str, second: u32) -> String {
    let contents = BASE64_STANDARD.encode(content);
    serde_json::json!({
        "id": id, "coreInstanceID": "c", "name": name, "contents": contents, "encrypted": false,
        "createdAt": "2024-11-21T10:00:00Z", "updatedAt": format!("2024-11-21T10:00:{second:02}Z"),
    })
    .to_string()
}

fn moment(text: &str) -> Moment {
    serde_json::from_value(text.into()).unwrap()
}

fn settings(changes: &[(&str, &str)]) -> AccountSettings {
    let mut values: BTreeMap<String, String> =
        [("base_url", "https://cloud-api.example"), ("core_instance_id", "c-1")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
    values.extend(changes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    AccountSettings { values, secret: Some(Secret::new("canary")), renewed: None }
}

#[test]
fn the_vendors_page_is_read() {
    let page: Page = serde_json::from_str(LIST).unwrap();
    assert_eq!(page.end_cursor.as_deref(), Some("text"));
    let snapshot = Snapshot::of(&[page], &mut Room::default());
    let found: Vec<_> = snapshot.present().collect();
    let [(path, remote)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(path.as_str(), "myfile");
    assert_eq!((remote.size, remote.hash, remote.write_only), (Some(5), Some(hash(b"bytes")), false));
    assert_eq!(remote.modified_ns, Some(1_732_183_214_940_000_000));
    let created: Created = serde_json::from_str(CREATED).unwrap();
    assert_eq!(created.id, *remote.id.0);
    assert!(serde_json::from_str::<Updated>(r#"{"updatedAt":"2024-11-21T10:00:14Z"}"#).is_ok());
    assert!(!serde_json::from_str::<Deleted>(r#"{"deleted":false,"deletedAt":null}"#).unwrap().deleted);
}

#[test]
fn an_end_is_never_assumed() {
    for bad in
        ["{}", "[]", "null", r#"{"items":[]}"#, r#"{"endCursor":null}"#, r#"{"items":{},"endCursor":null}"#]
    {
        assert!(serde_json::from_str::<Page>(bad).is_err(), "{bad}");
    }
    let page: Page = serde_json::from_str(r#"{"items":null,"endCursor":null,"count":0}"#).unwrap();
    assert!(page.items.is_empty() && page.end_cursor.is_none());
}

#[test]
fn a_page_has_an_end() {
    let page = |items: usize| format!(r#"{{"items":[{}1],"endCursor":null}}"#, "1,".repeat(items - 1));
    assert!(serde_json::from_str::<Page>(&page(100_000)).is_ok());
    assert!(serde_json::from_str::<Page>(&page(100_001)).is_err());
}

#[test]
fn a_file_says_whether_it_is_encrypted_or_is_none() {
    let good = serde_json::json!({
        "id": "a", "name": "n", "contents": "", "encrypted": true, "updatedAt": "2024-11-21T10:00:14Z"
    });
    assert!(serde_json::from_value::<File>(good.clone()).is_ok());
    for (key, value) in [
        ("encrypted", serde_json::Value::Null),
        ("encrypted", "true".into()),
        ("id", "../x".into()),
        ("id", "".into()),
        ("id", "a".repeat(201).into()),
        ("id", 7.into()),
        ("updatedAt", "soon".into()),
        ("name", serde_json::Value::Null),
    ] {
        let mut bad = good.clone();
        bad[key] = value;
        let snapshot = snapshot(&[&bad.to_string()]);
        assert!(snapshot.present().next().is_none() && snapshot.has_unreadable(), "{bad}");
        assert_eq!(snapshot.unusable.len(), 1);
    }
}

#[test]
fn contents_that_cannot_be_read_are_no_content() {
    for contents in [serde_json::Value::Null, "Ynl0ZXM".into(), "%%%".into()] {
        let mut item: serde_json::Value = serde_json::from_str(&file("a", "n", "", 14)).unwrap();
        item["contents"] = contents;
        let snapshot = snapshot(&[&item.to_string()]);
        let remote = snapshot.named("n").unwrap().remote();
        assert_eq!((remote.size, remote.hash, &*remote.revision.0), (None, None, "2024-11-21T10:00:14Z"));
    }
}

#[test]
fn a_ciphertext_is_no_content() {
    let text = file("a", "n", "ciphertext", 14).replace("\"encrypted\":false", "\"encrypted\":true");
    let snapshot = snapshot(&[&text]);
    let item = snapshot.named("n").unwrap();
    let remote = item.remote();
    assert_eq!((remote.size, remote.hash, remote.write_only), (None, None, true));
    assert_eq!(&*remote.revision.0, "2024-11-21T10:00:14Z");
    assert!(item.bytes.is_none() && item.came == Some(hash(b"ciphertext")));
}

#[test]
fn names_that_are_no_paths_are_told_with_a_reason() {
    let names = ["../x", "a/b", "/etc", ".", "..", "a\u{0}", "", ".Tidemark"];
    let items: Vec<_> =
        names.iter().enumerate().map(|(at, name)| file(&at.to_string(), name, "", 0)).collect();
    let snapshot = snapshot(&items.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((snapshot.present().count(), snapshot.unusable.len()), (0, names.len()));
    assert_eq!(snapshot.unusable[1].why, "the name has a slash");
    assert!(!snapshot.has_unreadable());
}

#[test]
fn of_two_files_of_one_name_the_newer_is_meant_in_any_order() {
    let (old, new) = (file("a", "n", "old", 1), file("b", "n", "new", 2));
    for items in [[&old, &new], [&new, &old]] {
        let snapshot = snapshot(&items.map(String::as_str));
        assert_eq!(snapshot.named("n").unwrap().remote().hash, Some(hash(b"new")));
        assert_eq!((snapshot.present().count(), snapshot.unusable.len()), (1, 1));
    }
}

#[test]
fn what_comes_twice_is_as_it_came_last() {
    let (before, after) = (file("a", "n", "before", 1), file("a", "m", "after", 2));
    let snapshot = snapshot(&[&before, &after, &after]);
    assert!(snapshot.named("n").is_none());
    assert_eq!(snapshot.of_id(&RemoteId("a".into())).unwrap().hash(), Some(hash(b"after")));
    assert_eq!((snapshot.present().count(), snapshot.unusable.len()), (1, 0));
}

#[test]
fn contents_are_kept_as_long_as_there_is_room() {
    let items = [file("a", "a", "12345", 1), file("b", "b", "1234", 1), file("c", "c", "12", 1)];
    let page = format!(r#"{{"items":[{}],"endCursor":null}}"#, items.join(","));
    let pages = [serde_json::from_str(&page).unwrap()];
    let kept = |room: &mut Room| {
        let snapshot = Snapshot::of(&pages, room);
        ["a", "b", "c"].map(|name| snapshot.named(name).unwrap().bytes.is_some())
    };
    assert_eq!(kept(&mut Room::default()), [true, true, true]);
    assert_eq!(kept(&mut Room { left: 7, only: None }), [true, false, true]);
    let only = Some(RemoteId("b".into()));
    assert_eq!(kept(&mut Room { left: 7, only }), [false, true, false]);
}

#[test]
fn a_moment_is_the_same_however_it_is_written() {
    let known = moment("2024-11-21T10:00:14.94Z");
    for text in ["2024-11-21T10:00:14.940Z", "2024-11-21T11:00:14.940000+01:00"] {
        assert_eq!(moment(text).text(), known.text());
    }
    let precise = moment("2024-11-21T10:00:14.940123Z");
    assert!(precise.is(moment("2024-11-21T10:00:14.940Z")) && moment("2024-11-21T10:00:14Z").is(precise));
    assert!(
        !precise.is(moment("2024-11-21T10:00:14.942Z")) && !precise.is(moment("2024-11-21T10:00:14.940124Z"))
    );
    for bad in ["", "soon", "2024-11-21", "10:00:14"] {
        assert!(serde_json::from_value::<Moment>(bad.into()).is_err(), "{bad}");
    }
}

#[test]
fn the_largest_file_is_a_mebibyte_on_its_way() {
    assert_eq!(BASE64_STANDARD.encode(vec![0; MOST as usize]).len(), 1 << 20);
    let ciphertext = MOST_ENCRYPTED.div_ceil(126) * 256;
    assert_eq!(BASE64_STANDARD.encode(vec![0; ciphertext as usize]).len(), 1 << 20);
}

#[test]
fn settings_are_checked_before_anything_is_asked() {
    for changes in [
        &[][..],
        &[("auth", "bearer"), ("encrypt", "false")],
        &[("auth", "project-token"), ("encrypt", "true")],
        &[("base_url", "https://cloud-api.example/v1/")],
    ] {
        assert!(open(&settings(changes), "").is_ok(), "{changes:?}");
    }
    for (changes, root) in [
        (&[("base_url", "http://cloud-api.example")][..], ""),
        (&[("base_url", "https://canary@cloud-api.example")], ""),
        (&[("auth", "basic")], ""),
        (&[("encrypt", "yes")], ""),
        (&[("core_instance_id", "../x")], ""),
        (&[("core_instance_id", " ")], ""),
        (&[], "folder"),
    ] {
        let error = open(&settings(changes), root).err().unwrap();
        assert_eq!(error.kind, ErrorKind::Settings, "{changes:?} {root}");
        assert!(!error.sentence().contains("canary"));
    }
    let without = AccountSettings { secret: None, ..settings(&[]) };
    assert_eq!(open(&without, "").err().unwrap().kind, ErrorKind::Unauthorized);
    let broken =
        AccountSettings { secret: Some(Secret::new("can\nary")), ..settings(&[("auth", "project-token")]) };
    let error = open(&broken, "").err().unwrap();
    assert_eq!(error.kind, ErrorKind::Unauthorized);
    assert!(!format!("{error:?}").contains("ary\n"));
}

#[test]
fn a_path_is_a_name() {
    assert_eq!(flat(&RelPath::new("a b.conf").unwrap(), "x").unwrap(), "a b.conf");
    for bad in ["", "a/b"] {
        let path = RelPath::new(bad).unwrap();
        assert_eq!(flat(&path, "x").unwrap_err().kind, ErrorKind::InvalidName, "{bad}");
    }
}

#[test]
fn the_registry_knows_it() {
    assert_eq!(crate::registry::find("calyptia").unwrap().secret, Some("token"));
}
