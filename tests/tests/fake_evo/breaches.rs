use jiff::SignedDuration;
use tidemark_tests::fake::evo::{BreachKind, FakeEvo};
use tidemark_tests::fake::raw;

use crate::{Evo, put_blob, put_with, text};

const BLOCK_BLOB: (&str, &str) = ("x-ms-blob-type", "BlockBlob");

/// Runs a request that must be refused with this status, and be recorded as this breach and no other.
fn refused(expected: BreachKind, status: u16, request: impl FnOnce(&Evo) -> raw::RawAnswer) {
    let evo = Evo::start();
    let answer = request(&evo);
    assert_eq!((answer.status, evo.breaches()), (status, vec![expected]), "{}", answer.text());
    assert_eq!(evo.fake.files(), [], "it was refused, but done");
}

#[test]
fn requests_to_the_api_need_a_token() {
    refused(BreachKind::NoToken, 401, |evo| raw::send("GET", &evo.url(""), &[], b"").unwrap());
}

#[test]
fn a_token_must_not_go_to_a_link() {
    refused(BreachKind::TokenOnLink, 400, |evo| {
        put_with(&evo.link("a"), "", &[BLOCK_BLOB, ("Authorization", "Bearer evo-token")], b"one")
    });
}

#[test]
fn a_link_must_stay_as_it_was() {
    for change in [
        |url: &str| url.replace('%', "%25"),
        |url: &str| url.replace("%2B", "+"),
        |url: &str| url.replace("sp=cw", "sp=rcw"),
        |url: &str| url.split("&sig=").next().unwrap().to_owned(),
        |url: &str| url.replace("sig=", "sig=%zz"),
    ] {
        refused(BreachKind::BadSignature, 403, |evo| {
            let url = change(text(&evo.link("a"), "upload"));
            raw::send("PUT", &url, &[BLOCK_BLOB], b"one").unwrap()
        });
    }
}

#[test]
fn a_link_lives_half_an_hour() {
    refused(BreachKind::ExpiredLink, 403, |evo| {
        let link = evo.link("a");
        evo.fake.clock().advance(SignedDuration::from_mins(30));
        put_blob(&link, b"one")
    });
    let evo = Evo::start();
    let link = evo.link("a");
    evo.fake.clock().advance(SignedDuration::from_secs(29 * 60 + 59));
    assert_eq!(put_blob(&link, b"one").status, 201);
}

#[test]
fn a_content_needs_its_type_and_length_and_no_wrapping() {
    refused(BreachKind::NoBlobType, 400, |evo| put_with(&evo.link("a"), "", &[], b"one"));
    refused(BreachKind::NoBlobType, 400, |evo| {
        put_with(&evo.link("a"), "", &[("x-ms-blob-type", "PageBlob")], b"")
    });
    refused(BreachKind::NoLength, 411, |evo| {
        put_with(
            &evo.link("a"),
            "",
            &[BLOCK_BLOB, ("Transfer-Encoding", "chunked")],
            b"3\r\none\r\n0\r\n\r\n",
        )
    });
    refused(BreachKind::Multipart, 400, |evo| {
        put_with(
            &evo.link("a"),
            "",
            &[BLOCK_BLOB, ("Content-Type", "multipart/form-data; boundary=x")],
            b"--x",
        )
    });
}

#[test]
fn block_ids_are_base64_of_one_length() {
    for id in ["a", "", "%3F%3F%3F%3F"] {
        refused(BreachKind::BadBlockId, 400, |evo| {
            put_with(&evo.link("a"), &format!("&comp=block&blockid={id}"), &[], b"one")
        });
    }
    refused(BreachKind::BadBlockId, 400, |evo| {
        put_with(&evo.link("a"), &format!("&comp=block&blockid={}", "YWFh".repeat(22)), &[], b"one")
    });
    refused(BreachKind::BadBlockId, 400, |evo| {
        let link = evo.link("a");
        put_with(&link, "&comp=block&blockid=YWFh", &[], b"one");
        put_with(&link, "&comp=block&blockid=YWFhYWFh", &[], b"two")
    });
}

#[test]
fn block_lists_name_what_is_there() {
    refused(BreachKind::BadBlockList, 400, |evo| {
        put_with(&evo.link("a"), "&comp=blocklist", &[], b"<BlockList><Latest>YWFh</Latest></BlockList>")
    });
}

#[test]
fn a_complete_version_keeps_its_content() {
    let evo = Evo::start();
    let link = evo.upload("a", b"one");
    assert_eq!(put_blob(&link, b"two").status, 409);
    assert_eq!(evo.breaches(), [BreachKind::RewrittenVersion]);
    assert_eq!(evo.fake.content("a").unwrap().as_ref(), b"one");
}

#[test]
fn parameters_are_those_of_the_endpoint() {
    for rest in ["/path/a?version=1", "/path/a?deleted=true", "?path=a", "/path/a?version_id=1&version_id=2"]
    {
        refused(BreachKind::UnknownParameter, 400, |evo| evo.ask("GET", rest));
    }
    refused(BreachKind::UnknownParameter, 400, |evo| evo.ask("PUT", "/path/a?overwrite=true"));
    refused(BreachKind::UnknownParameter, 400, |evo| put_with(&evo.link("a"), "&x=1", &[BLOCK_BLOB], b"one"));
    for rest in ["/path/a?version_id=x", "?offset=-1", "/no-uuid", "?deleted=perhaps"] {
        refused(BreachKind::BadParameter, 422, |evo| evo.ask("GET", rest));
    }
    refused(BreachKind::LimitTooHigh, 422, |evo| evo.ask("GET", "?limit=5001"));
}

#[test]
fn paths_are_normal_and_encoded() {
    for path in ["/a", "a//b", "a/", "a/../b", "./a"] {
        refused(BreachKind::PathNotNormal, 400, |evo| evo.ask("PUT", &format!("/path/{path}")));
    }
    for path in ["a|b", "a%2Fb", "%ff", "ü"] {
        refused(BreachKind::PathNotEncoded, 400, |evo| evo.ask("PUT", &format!("/path/{path}")));
    }
}

#[test]
fn other_endpoints_do_not_exist() {
    refused(BreachKind::NoSuchEndpoint, 404, |evo| {
        raw::send("GET", &format!("{}/file/v1/files", evo.fake.base_url()), &[], b"").unwrap()
    });
    refused(BreachKind::PathNotNormal, 404, |evo| {
        raw::send("GET", &evo.url("").replace("/file/v2", "//file/v2"), &[], b"").unwrap()
    });
    refused(BreachKind::NoSuchEndpoint, 405, |evo| evo.ask("POST", "/path/a"));
    refused(BreachKind::LinkMisused, 403, |evo| {
        raw::send("DELETE", text(&evo.link("a"), "upload"), &[], b"").unwrap()
    });
}

#[test]
fn a_foreign_workspace_is_not_found() {
    let evo = Evo::start();
    let url =
        evo.url("").replace(&evo.fake.workspace_id().to_string(), "0c000000-0000-4000-8000-000000000000");
    assert_eq!(raw::send("GET", &url, &[("Authorization", "Bearer evo-token")], b"").unwrap().status, 404);
}

#[test]
fn requests_are_logged_as_they_came() {
    let evo = Evo { fake: FakeEvo::with().start().unwrap() };
    evo.upload("a%20b", b"one");
    let requests = evo.fake.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[0].path.ends_with("/files/path/a%20b") && requests[0].authorized);
    assert_eq!(requests[1].query_keys, ["sv", "st", "se", "sr", "sp", "sig"]);
    assert!(!requests[1].authorized && requests[1].status == Some(201));
    assert_eq!((evo.fake.summary().requests, evo.fake.summary().bytes_in), (2, 3));
    evo.fake.forget_requests();
    assert_eq!(evo.fake.requests(), []);
}
