use std::collections::BTreeMap;

use reqwest::StatusCode;

use super::error::leaves_open;
use super::wire::{Metadata, Organizations, created, id_at};
use super::*;
use crate::error::Retry;
use crate::http::fault::Refusal;
use crate::settings::Secret;

/// As the vendor's page and its specification describe `FileMetadata`.
const METADATA: &str = r#"{"name":"organizations/o-1/files/f-9","filename":"a.txt","mime_type":"text/plain",
    "size_bytes":"12","create_time":"2026-01-02T03:04:05.5Z"}"#;

fn settings(changes: &[(&str, &str)]) -> AccountSettings {
    let mut values: BTreeMap<String, String> =
        [("base_url", "https://app.us-1.kognitos.example"), ("organization_id", "o-1")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
    values.extend(changes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    AccountSettings { values, secret: Some(Secret::new("kgn_pat_canary")), renewed: None }
}

fn refusal(status: u16, body: &str) -> Refusal {
    Refusal {
        status: StatusCode::from_u16(status).unwrap(),
        wait: None,
        body: body.as_bytes().to_vec(),
        is_page: body.starts_with("<html"),
    }
}

#[test]
fn metadata_is_read_wherever_it_stands() {
    let expected: Metadata = serde_json::from_str(METADATA).unwrap();
    assert_eq!(expected.id().as_deref(), Some("f-9"));
    assert_eq!((expected.size_bytes, expected.create_time), (Some(12), Some(1_767_323_045_500_000_000)));
    for body in [METADATA.to_owned(), format!(r#"{{"metadata":{METADATA}}}"#)] {
        assert_eq!(created(body.as_bytes()), Some(expected.clone()), "{body}");
    }
    for body in ["", "{}", "[]", "null", "12", r#"{"metadata":null}"#, r#"{"metadata":"x"}"#, "<html>"] {
        assert_eq!(created(body.as_bytes()).and_then(|metadata| metadata.id()), None, "{body}");
    }
}

#[test]
fn a_size_is_text_or_a_number_and_nothing_else() {
    for (json, size) in [
        ("\"9007199254740993\"", Some(9_007_199_254_740_993)),
        ("9007199254740993", Some(9_007_199_254_740_993)),
        ("\"0\"", Some(0)),
        ("-1", None),
        ("\"-1\"", None),
        ("1.5", None),
        ("null", None),
        ("[]", None),
        ("true", None),
    ] {
        let text = format!(r#"{{"name":"f","size_bytes":{json},"create_time":7}}"#);
        let metadata: Metadata = serde_json::from_str(&text).unwrap();
        assert_eq!((metadata.size_bytes, metadata.create_time), (size, None), "{json}");
    }
}

#[test]
fn an_id_is_the_last_part_and_no_trick() {
    for (name, id) in [
        ("organizations/o/files/f:1", Some("f:1")),
        ("f", Some("f")),
        ("organizations/o/files/", None),
        ("organizations/o/files/..", None),
        ("organizations/o/files/a\nb", None),
        ("", None),
    ] {
        let metadata: Metadata = serde_json::from_value(serde_json::json!({ "name": name })).unwrap();
        assert_eq!(metadata.id().as_deref(), id, "{name:?}");
    }
    let long: Metadata = serde_json::from_value(serde_json::json!({ "name": "x".repeat(513) })).unwrap();
    assert_eq!(long.id(), None);
}

#[test]
fn a_location_leads_to_a_file() {
    for (location, id) in [
        ("https://h/api/v1/organizations/o/files/f-1", Some("f-1")),
        ("/api/v1/organizations/o/files/f-1/metadata", Some("f-1")),
        ("/api/v1/organizations/o/files/f%3A1:download?x=1#y", Some("f:1")),
        ("organizations/o/files/f-1", Some("f-1")),
        ("/f-1", Some("f-1")),
        ("https://h/api/v1/organizations/o/files/", None),
        ("https://h/api/v1/organizations/o/files/%2e%2e", None),
        ("https://h/api/v1/organizations/o/files/a%2Fb", None),
        ("https://h/api/v1/organizations/o/files/%ff", None),
        ("", None),
    ] {
        assert_eq!(id_at(location).as_deref(), id, "{location}");
    }
}

#[test]
fn organizations_are_read_by_name() {
    let page: Organizations = serde_json::from_str(
        r#"{"user_organizations":[{"name":"organizations/o-1","title":"Ours"},{"name":"organizations/o-2"},
            {"name":"users/me/userOrganizations/7","organization":"organizations/o-3"},{"title":"?"},4],
            "next_page_token":""}"#,
    )
    .unwrap();
    let all: Vec<_> = page.all().map(|organization| (organization.id, organization.title)).collect();
    let expected = [("o-1", "Ours"), ("o-2", "o-2"), ("o-3", "o-3")];
    assert_eq!(all, expected.map(|(id, title)| (id.to_owned(), title.to_owned())));
    assert_eq!(page.next_page_token, None);
    assert!(page.are_listed());
    for none in ["{}", r#"{"user_organizations":null}"#] {
        let page: Organizations = serde_json::from_str(none).unwrap();
        assert!(page.all().next().is_none() && !page.are_listed(), "anything else could answer that");
    }
    assert!(serde_json::from_str::<Organizations>(r#"{"user_organizations":{}}"#).is_err());
}

#[test]
fn only_the_services_own_word_makes_a_file_absent() {
    let not_found = r#"{"code":5,"message":"file not found","details":[]}"#;
    for (status, body, absent) in [
        (404, not_found, true),
        (404, r#"{"code":"5"}"#, true),
        (404, "", false),
        (404, "no healthy upstream", false),
        (404, r#"{"error":"route not found"}"#, false),
        (404, "<html>Not found</html>", false),
        (403, not_found, false),
        (401, not_found, false),
        (500, not_found, false),
    ] {
        assert_eq!(error::is_no_such_file(&refusal(status, body)), absent, "{status} {body}");
    }
}

#[test]
fn refusals_say_what_helps() {
    let said = r#"{"code":16,"message":"token expired\u0007"}"#;
    for (status, kind, retry, words) in [
        (401, ErrorKind::Unauthorized, Retry::Never, "give the account a new one"),
        (403, ErrorKind::Forbidden, Retry::Never, "reading only"),
        (499, ErrorKind::Unavailable, Retry::Backoff, "broke it off"),
        (429, ErrorKind::RateLimited, Retry::Backoff, "429"),
        (400, ErrorKind::Refused, Retry::Never, "400"),
        (409, ErrorKind::Refused, Retry::Never, "409"),
        (413, ErrorKind::TooLarge, Retry::Never, "413"),
        (503, ErrorKind::Unavailable, Retry::Backoff, "503"),
    ] {
        let error = error::api(refusal(status, said), "sending \"a\"");
        assert_eq!((error.kind, error.retry), (kind, retry), "{status}");
        assert!(error.context.contains(words) && error.context.contains(r"token expired\u{7}"), "{error}");
    }
}

#[test]
fn a_link_that_ran_out_is_no_refusal_of_the_account() {
    let expired = "<Error><Code>ExpiredToken</Code></Error>";
    for (status, body, kind) in [
        (403, "", ErrorKind::LinkExpired),
        (401, "", ErrorKind::LinkExpired),
        (400, expired, ErrorKind::LinkExpired),
        (404, "", ErrorKind::Unavailable),
        (400, "<Error><Code>InvalidArgument</Code></Error>", ErrorKind::Refused),
    ] {
        assert_eq!(error::storage(refusal(status, body), "x").kind, kind, "{status} {body}");
    }
}

#[test]
fn an_unread_answer_leaves_the_outcome_open() {
    for error in [
        error::nameless("x"),
        error::unknown_outcome("x", "y"),
        error::after_upload(ProviderError::passing(ErrorKind::Protocol, "x")),
        error::after_upload(ProviderError::passing(ErrorKind::Network, "x")),
    ] {
        assert!(leaves_open(error.kind), "{error}");
    }
    assert!(!leaves_open(ErrorKind::LocalChanged) && !leaves_open(ErrorKind::DigestMismatch));
}

#[test]
fn settings_are_checked_before_anything_is_asked() {
    for good in ["o-1", " organizations/o-1 ", "018f_A"] {
        assert!(open(&settings(&[("organization_id", good)]), "any label").is_ok(), "{good}");
    }
    for changes in [
        &[("base_url", "http://app.example")][..],
        &[("base_url", "https://canary@app.example")],
        &[("organization_id", " ")],
        &[("organization_id", "organizations/")],
        &[("organization_id", "../o")],
    ] {
        let error = open(&settings(changes), "").err().unwrap();
        assert_eq!(error.kind, ErrorKind::Settings, "{changes:?}");
        assert!(!error.sentence().contains("canary"));
    }
    let without = AccountSettings { secret: None, ..settings(&[]) };
    assert_eq!(open(&without, "").err().unwrap().kind, ErrorKind::Unauthorized);
}

#[tokio::test]
async fn what_is_only_in_the_manifest_costs_no_request() {
    let provider = open(&settings(&[("base_url", "https://app.example/api/v1/")]), "").unwrap();
    let path = |text| RelPath::new(text).unwrap();
    let file = RemoteRef { id: Some(RemoteId("f-1".into())), path: path("a/b") };
    let folder = RemoteRef { id: Some(RemoteId("".into())), path: path("a") };
    let moved = provider.relocate(&file, &path("c"), &Revision("f-1".into())).await.unwrap();
    assert_eq!((moved.id.to_string(), moved.kind), ("f-1".to_owned(), Kind::File));
    assert_eq!(
        provider.relocate(&folder, &path("c"), &Revision("".into())).await.unwrap().kind,
        Kind::Folder
    );
    assert_eq!(provider.create_folder(&path("a")).await.unwrap().kind, Kind::Folder);
    provider.delete(&folder, Kind::Folder, &Revision("".into())).await.unwrap();
    assert_eq!(provider.stat(&folder).await.unwrap(), None);
    for error in [
        provider.relocate(&file, &path("c"), &Revision("f-0".into())).await.err(),
        provider.delete(&file, Kind::File, &Revision("f-0".into())).await.err(),
    ] {
        assert_eq!(error.unwrap().kind, ErrorKind::RevisionMismatch);
    }
    for error in
        [provider.changes(None).await.err(), provider.restore(&file, &VersionId("f-0".into())).await.err()]
    {
        assert_eq!(error.unwrap().kind, ErrorKind::Unsupported);
    }
    assert_eq!(provider.requests(), 0);
}
