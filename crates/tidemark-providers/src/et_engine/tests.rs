//! What needs no service: settings.

use super::*;

fn settings(filesystem: &str) -> AccountSettings {
    let values = [("base_url", "https://api.example/v1/filesystems"), ("filesystem_id", filesystem)];
    AccountSettings {
        values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        secret: Some(Secret::new("key")),
        renewed: None,
    }
}

#[test]
fn an_account_opens_without_a_request() {
    let opened = open(&settings("c5a7-01"), "").unwrap();
    assert_eq!(opened.requests(), 0);
    assert!(open(&settings("c5a7-01"), "/a/b/").is_ok());
}

#[test]
fn settings_that_cannot_be_right_are_refused() {
    for (filesystem, root) in [("", ""), ("a/b", ""), ("..", ""), ("c5a7", "a/../b"), ("c5a7", "a//b")] {
        let error = open(&settings(filesystem), root).map(drop).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Settings, "{filesystem} {root}");
    }
    let without = AccountSettings { secret: None, ..settings("c5a7") };
    assert_eq!(open(&without, "").map(drop).unwrap_err().kind, ErrorKind::Unauthorized);
}

#[test]
fn a_name_leaves_room_for_what_the_service_puts_behind_it() {
    let names = capabilities(true).names;
    assert!(names.refuses(&"x".repeat(234)).is_none());
    assert!(names.refuses(&"x".repeat(235)).is_some());
    assert!(names.refuses("a\nb").is_some());
}
