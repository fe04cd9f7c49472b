//! Files that the service or a rule hides for a while are not forgotten.

use std::collections::BTreeMap;

use tidemark_tests::fake::kognitos::{Effect, Endpoint, Fault};

use crate::scene::{kognitos, somebody};

/// The service's own words for a file that isn't there.
fn no_such_file() -> Effect {
    let body = r#"{"code":5,"message":"not found","details":[]}"#.to_owned();
    Effect::Answer { code: 404, headers: BTreeMap::new(), body }
}

#[test]
fn files_that_were_hidden_for_a_while_are_found_again() {
    let service = kognitos();
    let person = somebody(&service);
    for name in ["one.txt", "two.txt", "six.txt"] {
        person.writes(&format!("docs/{name}"), name);
    }
    person.syncs(0);
    let before = person.manifest();
    for (name, _) in &before {
        service.inject(Fault::new(no_such_file()).at([Endpoint::Metadata]).path(name));
    }
    let held = person.syncs(4).json();
    assert!(held["pairs"][0]["held"].is_object(), "{held}");
    service.heal();
    person.syncs(0);
    assert_eq!(person.manifest(), before);
}

#[test]
fn what_is_ignored_keeps_its_id() {
    let service = kognitos();
    let (one, other) = (somebody(&service), somebody(&service));
    one.writes("docs/a.tmp", "theirs");
    one.writes("docs/b", "b");
    one.syncs(0);
    let before = one.manifest();
    other.imports_of(&one);
    other.types("pair set docs ignore=*.tmp").succeeded();
    other.syncs(0);
    assert_eq!(other.has("a.tmp"), None);
    assert_eq!(other.manifest(), before);
    let status = other.types("--json status").json();
    assert_eq!(status["pairs"][0]["differing"], 0, "{status:#}");
    other.types("pair set docs ignore=").succeeded();
    other.syncs(0);
    assert_eq!(other.has("a.tmp").as_deref(), Some("theirs"));
}
