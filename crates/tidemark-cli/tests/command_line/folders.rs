//! Accounts of the provider `folder`: another folder on this computer.

use crate::person::Person;

#[test]
fn two_folders_are_kept_in_step() {
    let anna = Person::new();
    anna.writes("docs/a.txt", "a");
    anna.writes("nas/team/b.txt", "b");
    anna.types("account add folder nas --set path=nas").succeeded();
    anna.types("account check nas").succeeded().said("is good");
    anna.types("pair add docs docs nas:team").succeeded();
    anna.types("sync").succeeded().said("1 uploaded, 1 downloaded");
    assert_eq!((anna.reads("nas/team/a.txt").as_str(), anna.reads("docs/b.txt").as_str()), ("a", "b"));
    anna.types("doctor").succeeded().said("Everything that syncing needs is good.");
    let settings = anna.types("account show nas --json").succeeded().json()["account"]["settings"].clone();
    assert_eq!(settings["path"], anna.path("nas").to_str().unwrap(), "relative to where it was typed");
}

#[test]
fn a_folder_is_not_synced_with_itself() {
    let anna = Person::new();
    anna.makes_folder("docs/inside");
    anna.makes_folder("nas");
    anna.types("account add folder around --set path=$DIR").succeeded();
    anna.types("account add folder docs --set path=$DIR/docs").succeeded();
    for (local, remote) in [
        ("docs", "docs"),
        ("docs/inside", "docs"),
        ("docs", "docs:inside"),
        ("docs", "around"),
        ("docs", "around:docs"),
    ] {
        anna.types(&format!("pair add x {local} {remote}")).ended_with(2).complained("one inside the other");
    }
    anna.types("pair add x docs around:nas").succeeded();
}

#[test]
fn a_secret_or_an_address_is_not_for_folders() {
    let anna = Person::new();
    anna.makes_folder("nas");
    anna.types("account add folder nas").ended_with(2).complained("--set path=");
    anna.types("account add folder nas --set path=nas --secret-env HOME")
        .ended_with(2)
        .complained("has no secret");
    anna.types("account add folder nas --set path=nas --set allow_http=true")
        .ended_with(2)
        .complained("Its settings are: path");
}

#[test]
fn hints_name_the_home_that_was_given() {
    let anna = Person::new();
    anna.makes_folder("docs");
    anna.makes_folder("nas");
    anna.types("--home other account add folder nas --set path=nas")
        .succeeded()
        .said("`tidemark --home other account check nas`");
}
