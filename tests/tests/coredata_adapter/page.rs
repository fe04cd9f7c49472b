//! The vendor's page, word for word: its example objects (`page.json`, from <https://docs.wise.is/cored/files-v2>, without
//! the comment and the commas that JSON doesn't have), and its two ways to sign in.

use serde_json::Value;
use tidemark_providers::provider::RemoteRef;
use tidemark_tests::fake::coredata::{BreachKind, Effect, Endpoint, FakeCoreData, Fault, RootKind};
use tidemark_tests::fake::raw::{self, RawAnswer};

use super::{CoreData, at};

const DETAILS_ID: &str = "e139a8ac-7368-11ee-b992-57663b1559fb";

fn page() -> Value {
    serde_json::from_str(include_str!("page.json")).unwrap()
}

/// Asks as the page's curl does.
fn ask(fake: &FakeCoreData, authorization: &str, method: &str, path: &str) -> RawAnswer {
    let url = format!("{}{path}", fake.base_url());
    raw::send(method, &url, &[("Authorization", authorization)], b"").unwrap()
}

/// The answer to one endpoint, in place of the fake's own.
fn answering(endpoint: Endpoint, body: &Value) -> Fault {
    let headers = [("content-type".to_owned(), "application/json".to_owned())].into();
    Fault::new(Effect::Answer { code: 200, headers, body: body.to_string() }).at([endpoint])
}

/// Everything that the example has and `found` lacks, or has as something else.
fn differences(example: &Value, found: &Value, at: &str) -> Vec<String> {
    match (example, found) {
        (Value::Object(fields), Value::Object(_)) => fields
            .iter()
            .flat_map(|(key, value)| match found.get(key) {
                Some(found) => differences(value, found, &format!("{at}/{key}")),
                None => vec![format!("{at}/{key} is missing")],
            })
            .collect(),
        (Value::Array(items), Value::Array(found)) => match (items.first(), found.first()) {
            (Some(item), Some(found)) => differences(item, found, &format!("{at}/0")),
            _ => Vec::new(),
        },
        (Value::Null, _) | (Value::Number(_), Value::Number(_)) | (Value::String(_), Value::String(_)) => {
            Vec::new()
        }
        _ => vec![format!("{at} is {found}, in the page {example}")],
    }
}

#[test]
fn the_fake_shows_what_the_page_shows() {
    let fake = FakeCoreData::with().start().unwrap();
    let id = fake.put_file("sample.pdf", "x");
    let v2 = format!("apikey {}:{}", fake.user(), fake.token());
    let get = |path: String| ask(&fake, &v2, "GET", &path).json();
    let page = page();
    let details = get(format!("/api/v2/files/{id}/"));
    assert_eq!(differences(&page["file_details"], &details, ""), Vec::<String>::new());
    let files = get(format!("/api/v2/projects/{}/files/?limit=20", fake.root_id()));
    assert_eq!(differences(&page["project_file_list"], &files, ""), Vec::<String>::new());
    let mut old = page["file_list"].clone();
    // What is in it goes by the dynatype, which isn't this file's.
    old["objects"][0]["aspects"] = Value::Object(Default::default());
    let files = get(format!("/api/v2/files/?limit=20&parent={}", fake.root_id()));
    assert_eq!(differences(&old, &files, ""), Vec::<String>::new());
    assert_eq!(fake.breaches(), []);
}

#[test]
fn each_version_has_its_own_way_to_sign_in() {
    let files = ("GET", "/api/v2/files/?limit=20");
    let blob =
        ("POST", "/api/v3/blob/presigned-upload-url/?content_type=application%2Fpdf&content_length=3028");
    for (is_v3, (method, path)) in [(false, files), (true, blob)] {
        let fake = FakeCoreData::with().start().unwrap();
        let v2 = format!("apikey {}:{}", fake.user(), fake.token());
        let v3 = format!("apikey {}", fake.token());
        let (right, wrong) = if is_v3 { (v3, v2) } else { (v2, v3) };
        let answer = ask(&fake, &right, method, path);
        assert_eq!((answer.status, fake.breaches().len()), (200, 0), "{path}");
        if is_v3 {
            assert_eq!(differences(&page()["blob"], &answer.json(), ""), Vec::<String>::new());
        }
        assert_eq!(ask(&fake, &wrong, method, path).status, 401, "{path}");
        let kinds: Vec<_> = fake.breaches().iter().map(|breach| breach.kind).collect();
        assert_eq!(kinds, [BreachKind::WrongAuthString], "{path}");
    }
}

#[tokio::test]
async fn its_details_are_read() {
    let service = CoreData::start();
    service.fake.inject(answering(Endpoint::GetFile, &page()["file_details"]));
    let item =
        RemoteRef { id: Some(tidemark_core::node::RemoteId(DETAILS_ID.into())), path: at("sample.pdf") };
    let file = service.provider.stat(&item).await.unwrap().unwrap();
    assert_eq!((&*file.id.0, file.size), (DETAILS_ID, Some(3028)));
    assert_eq!(&*file.revision.0, "e139e880-7368-11ee-b992-4bf81dd1b7a4");
    assert_eq!(file.modified_ns, Some(1_698_260_478_000_000_000), "2023-10-25T19:01:18Z");
}

#[tokio::test]
async fn its_lists_are_read() {
    let mut old = page()["file_list"].clone();
    // The example shows one of them.
    old["meta"]["total_count"] = 1.into();
    let cases = [
        (RootKind::Project, Endpoint::ListProjectFiles, page()["project_file_list"].clone(), "sample.pdf"),
        (RootKind::Folder, Endpoint::ListFiles, old, "Meeting notes.pdf"),
    ];
    for (root, endpoint, list, name) in cases {
        let service = CoreData::with(FakeCoreData::with().root(root));
        service.fake.inject(answering(endpoint, &list));
        let listed = service.list().await;
        assert_eq!((listed.files(), listed.unusable.len()), (vec![name], 0), "{root:?}");
        let (file, object) = (&listed.items[name], &list["objects"][0]);
        assert_eq!(*file.id.0, *object["id"].as_str().unwrap());
        assert_eq!(*file.revision.0, *object["snapshot_id"].as_str().unwrap());
        assert_eq!(file.size, object["size"].as_u64());
    }
}
