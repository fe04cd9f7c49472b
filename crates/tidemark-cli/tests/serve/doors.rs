//! Who comes in and who doesn't.

use serde_json::json;

use crate::served::{Served, nothing};

#[test]
fn a_link_signs_one_browser_in_and_no_other() {
    let served = Served::new();
    let cookie = served.signs_in();
    assert_eq!(served.gets(&cookie, "overview", &nothing())["pairs"][0]["status"]["pair"], "docs");
    let path = served.link.split_once("/login").unwrap().1;
    let again = served.asks("GET", &format!("/login{path}"), &[], "");
    assert_eq!((again.status, again.header("set-cookie")), (403, None));
    assert!(again.body.contains("tidemark serve --open"), "{again:?}");
}

#[test]
fn nobody_else_is_answered() {
    let served = Served::new();
    for cookie in ["", "tidemark=", "tidemark=0000"] {
        let answer = served.calls(cookie, "overview", &nothing());
        assert_eq!((answer.status, answer.json()["code"].clone()), (401, json!("signed-out")));
        assert_eq!(served.asks("GET", "/api/events", &[("cookie", cookie)], "").status, 401);
    }
}

#[test]
fn u60_another_host_or_page_is_refused() {
    let served = Served::new();
    let cookie = served.signs_in();
    let json = ("content-type", "application/json");
    let port = served.address().split_once(':').unwrap().1;
    let other = format!("evil.example:{port}");
    for headers in [
        vec![("host", other.as_str()), json],
        vec![json, ("origin", "http://evil.example")],
        vec![json, ("origin", "null")],
        vec![json, ("sec-fetch-site", "cross-site")],
        vec![("content-type", "text/plain")],
    ] {
        let with_cookie = [vec![("cookie", cookie.as_str())], headers.clone()].concat();
        let answer = served.asks("POST", "/api/overview", &with_cookie, "{}");
        assert_eq!(answer.status, 403, "{headers:?} {answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let own = format!("http://{}", served.address());
    let headers = [("cookie", cookie.as_str()), json, ("origin", own.as_str())];
    assert_eq!(served.asks("POST", "/api/overview", &headers, "{}").status, 200);
}

#[test]
fn every_answer_has_a_strict_policy() {
    let served = Served::new();
    for path in ["/", "/nothing", "/login?token=x", "/api/events"] {
        let answer = served.asks("GET", path, &[], "");
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path} {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
}

#[test]
fn requests_have_a_size_and_a_sense() {
    let served = Served::new();
    let cookie = served.signs_in();
    assert_eq!(served.calls(&cookie, "nothing", &nothing()).status, 404);
    let wrong = served.calls(&cookie, "pair-pause", &json!({ "nam": 1 }));
    assert_eq!((wrong.status, wrong.json()["code"].clone()), (400, json!("usage")));
    let headers = [("cookie", cookie.as_str()), ("content-type", "application/json")];
    assert_eq!(served.asks("POST", "/api/overview", &headers, "{").status, 400);
}

#[test]
fn a_session_outlives_the_process() {
    let mut served = Served::new();
    let cookie = served.signs_in();
    served.is_killed_and_starts_again();
    served.gets(&cookie, "overview", &nothing());
}
