//! Manifests that are carried between computers: older ones, and ones by which two paths lead to one file.

use crate::scene::{kognitos, somebody};

#[test]
fn an_older_manifest_takes_nothing_away() {
    let service = kognitos();
    let (one, other) = (somebody(&service), somebody(&service));
    one.writes("docs/a", "first");
    one.syncs(0);
    let old = one.types("pair export docs").succeeded().stdout;
    other.imports(&old);
    other.syncs(0);
    other.writes("docs/a", "second");
    other.syncs(0);
    other.imports(&old);
    other.syncs(0);
    assert_eq!(other.has("a").as_deref(), Some("second"));
    let id = other.manifest()[0].1.clone();
    assert_eq!(service.content(&id).unwrap(), "second");
    one.imports_of(&other);
    one.syncs(0);
    assert_eq!(one.has("a").as_deref(), Some("second"));
}

#[test]
fn edits_on_two_computers_are_a_conflict() {
    let service = kognitos();
    let (one, other) = (somebody(&service), somebody(&service));
    one.writes("docs/a", "base");
    one.syncs(0);
    other.imports_of(&one);
    other.syncs(0);
    for (person, text) in [(&one, "by one"), (&other, "by another")] {
        person.writes("docs/a", text);
    }
    one.syncs(0);
    let edited_by_one = one.types("pair export docs").succeeded().stdout;
    other.types("pair set docs on-conflict=local").succeeded();
    other.syncs(0);
    other.types("pair set docs on-conflict=ask").succeeded();
    other.imports(&edited_by_one);
    let said = other.syncs(3).json();
    assert_eq!(said["pairs"][0]["conflicts"][0]["path"], "a", "{said}");
    assert_eq!(other.has("a").as_deref(), Some("by another"));
}

#[test]
fn a_file_that_two_paths_lead_to_outlives_the_edit_and_the_deletion_of_one() {
    for delete in [false, true] {
        let service = kognitos();
        let (one, other) = (somebody(&service), somebody(&service));
        one.writes("docs/a", "same");
        one.writes("docs/x", "more");
        one.writes("docs/y", "more still");
        one.syncs(0);
        other.imports_of(&one);
        other.syncs(0);
        std::fs::rename(one.path("docs/a"), one.path("docs/b")).unwrap();
        one.syncs(0);
        other.imports_of(&one);
        other.syncs(0);
        assert_eq!((other.has("a").as_deref(), other.has("b").as_deref()), (Some("same"), Some("same")));
        if delete {
            std::fs::remove_file(other.path("docs/a")).unwrap();
        } else {
            other.writes("docs/a", "edited");
        }
        other.syncs(0);
        other.syncs(0);
        one.syncs(0);
        assert_eq!(other.has("b").as_deref(), Some("same"), "deleted: {delete}");
        assert_eq!(one.has("b").as_deref(), Some("same"), "deleted: {delete}");
    }
}
