use super::wire::{File, Page, PathStyle, UploadTicket};
use super::*;
use crate::settings::Secret;

const ID: &str = "00000000-0000-0000-0000-000000000006";

fn fixture(name: &str) -> String {
    let folder = std::env::var("TIDEMARK_EVO_FIXTURES")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/evo").to_owned());
    std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap()
}

fn page(name: &str) -> (Page, Vec<File>) {
    let page: Page = serde_json::from_str(&fixture(name)).unwrap();
    let files = page.files.0.iter().map(|raw| serde_json::from_str(raw.get()).unwrap()).collect();
    (page, files)
}

fn file(name: &str, path: &str) -> File {
    let text =
        serde_json::json!({ "file_id": "f", "version_id": "v", "name": name, "path": path }).to_string();
    serde_json::from_str(&text).unwrap()
}

fn settings(changes: &[(&str, &str)]) -> AccountSettings {
    let mut values: std::collections::BTreeMap<String, String> =
        [("base_url", "https://hub.example"), ("organisation_id", "o-1"), ("workspace_id", "w-1")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
    values.extend(changes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    AccountSettings { values, secret: Some(Secret::new("canary")), renewed: None }
}

#[test]
fn the_vendors_pages_are_read() {
    let (first, files) = page("list_files_0");
    assert_eq!((first.count, first.total, first.limit), (Some(2), Some(3), Some(5000)));
    assert!(first.links.unwrap().next.is_some());
    let paths: Vec<_> = files.iter().map(|file| file.full_path(PathStyle::of(files.iter()))).collect();
    assert_eq!(paths, ["A/x.csv", "A/y.csv"]);
    assert_eq!((files[0].size, files[0].version_id.as_str()), (Some(11), "2"));
    assert_eq!(files[0].modified_at, Some(1_577_842_200_000_000_000));
    assert_eq!(files[1].created_by.as_ref().unwrap().shown(), None);
    assert_eq!(page("list_files_1").1[0].full_path(PathStyle::Folder), "B/z.csv");
    let (empty, files) = page("list_files_empty");
    assert!(files.is_empty() && empty.links.unwrap().next.is_none());
}

#[test]
fn the_vendors_files_are_read() {
    for name in ["get_file", "get_file_long_name", "list_versions"] {
        let file: File = serde_json::from_str(&fixture(name)).unwrap();
        assert_eq!(file.file_id, ID);
        assert!(file.download.is_some() && file.deleted_at.is_none());
        assert_eq!(file.lone_path(&RelPath::root()).unwrap().as_str(), file.name);
    }
    let file: File = serde_json::from_str(&fixture("list_versions")).unwrap();
    let versions = history::in_order(&file);
    assert_eq!(
        versions.iter().map(|version| version.version_id.as_str()).collect::<Vec<_>>(),
        ["1", "2", "3"]
    );
    assert_eq!(history::shown(&versions[1], "1").author.as_deref(), Some("x z"));
    for name in ["update_file", "upsert_file"] {
        let ticket: UploadTicket = serde_json::from_str(&fixture(name)).unwrap();
        assert_eq!((ticket.version_id.as_str(), ticket.file_id.ends_with('5')), ("1", true));
    }
}

#[test]
fn a_page_has_an_end() {
    let read = |count| {
        let files = vec!["1"; count].join(",");
        serde_json::from_str::<Page>(&format!(r#"{{"files": [{files}]}}"#)).is_ok()
    };
    assert!(read(5_000) && !read(1_000_000));
}

#[test]
fn ids_survive_digit_for_digit() {
    for (json, id) in [
        ("1701303763589905104", "1701303763589905104"),
        ("\"1701303763589905104\"", "1701303763589905104"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("\"v/\\u0041\"", "v/A"),
    ] {
        let text = format!(r#"{{"file_id":"f","version_id":{json},"upload":"u"}}"#);
        assert_eq!(serde_json::from_str::<UploadTicket>(&text).unwrap().version_id, id);
    }
    for bad in ["null", "true", "{}", "[]", "\"\"", "\"..\""] {
        let text = format!(r#"{{"file_id":"f","version_id":{bad},"upload":"u"}}"#);
        assert!(serde_json::from_str::<UploadTicket>(&text).is_err(), "{bad}");
    }
}

#[test]
fn what_is_not_needed_may_be_anything() {
    let file: File = serde_json::from_str(
        r#"{"file_id":"f","version_id":1,"name":"n","path":null,"size":"12","created_at":7,"modified_at":"soon",
            "created_by":[],"etag":{},"links":3,"deleted_at":null}"#,
    )
    .unwrap();
    assert_eq!((file.size, file.modified_at, file.deleted_at), (Some(12), None, None));
    assert_eq!(
        serde_json::from_str::<File>(r#"{"file_id":"f","version_id":1,"name":"n","size":-1}"#).unwrap().size,
        None
    );
}

#[test]
fn a_path_is_a_folder_or_whole() {
    for (name, path, full) in [
        ("x", "/", "x"),
        ("x", "", "x"),
        ("x", "/A/", "A/x"),
        ("x", "A", "A/x"),
        ("x", "/A/x", "A/x"),
        ("x", "x", "x"),
        ("A", "/A/", "A/A"),
        ("x", "/A/B/", "A/B/x"),
    ] {
        assert_eq!(file(name, path).lone_path(&RelPath::root()).unwrap().as_str(), full, "{name} in {path}");
    }
    assert_eq!(file("A", "/A").lone_path(&RelPath::new("A/A").unwrap()).unwrap().as_str(), "A/A");
    let together = [file("A", "/A"), file("x", "/A")];
    assert_eq!(together[0].full_path(PathStyle::of(together.iter())), "A/A");
    for (name, path) in
        [("..", "/"), ("../x", "/"), ("a/b", "/"), ("x", "/../"), ("x", "//A/"), ("", "/"), ("a\0", "/")]
    {
        assert!(file(name, path).rel_path(PathStyle::Folder).is_err(), "{name:?} in {path:?}");
    }
}

#[test]
fn settings_are_checked_before_anything_is_asked() {
    for good in ["", "/", "A", "/A/B/"] {
        assert!(open(&settings(&[]), good).is_ok(), "{good}");
    }
    for (changes, root) in [
        (&[("base_url", "http://hub.example")][..], ""),
        (&[("base_url", "https://canary@hub.example")], ""),
        (&[("auth", "oauth")], ""),
        (&[("auth", "basic")], ""),
        (&[("workspace_id", " ")], ""),
        (&[("workspace_id", "../x")], ""),
        (&[("allow_http", "yes")], ""),
        (&[], "A/../B"),
    ] {
        let error = open(&settings(changes), root).err().unwrap();
        assert_eq!(error.kind, ErrorKind::Settings, "{changes:?} {root}");
        assert!(!error.sentence().contains("canary"));
    }
    let without = AccountSettings { secret: None, ..settings(&[]) };
    assert_eq!(open(&without, "").err().unwrap().kind, ErrorKind::Unauthorized);
    let broken = AccountSettings { secret: Some(Secret::new("can\nary")), ..settings(&[]) };
    let error = open(&broken, "").err().unwrap();
    assert_eq!(error.kind, ErrorKind::Unauthorized);
    assert!(!format!("{error:?}").contains("ary\n"));
}

#[test]
fn the_registry_knows_it() {
    let spec = crate::registry::find("evo").unwrap();
    assert!(spec.settings.iter().filter(|setting| setting.required).count() == 3 && spec.secret.is_some());
    assert!(crate::registry::find("nothing").is_none());
}
