//! Pairs: what can be added, what not, and what can be changed.

use serde_json::json;

use crate::person::Person;

fn anna() -> Person {
    let anna = Person::new();
    anna.has_an_evo_account();
    anna.makes_folder("docs");
    anna
}

#[test]
fn a_pair_is_added_listed_shown_and_removed() {
    let anna = anna();
    anna.types("pair add docs docs work:Team/Docs --direction upload --on-conflict keep-both --ignore *.tmp --ignore build/")
        .succeeded()
        .said("Nothing is synced yet")
        .said("tidemark plan docs");
    anna.types("pair list").succeeded().said("work:Team/Docs");
    anna.types("pair show docs").succeeded().said("*.tmp, build/");
    let pair = &anna.types("pair show docs --json").succeeded().json()["pair"];
    assert_eq!(pair["local"], json!(anna.path("docs")));
    assert_eq!((&pair["account"], &pair["remote"]), (&json!("work"), &json!("Team/Docs")));
    assert_eq!((&pair["direction"], &pair["on_conflict"]), (&json!("upload"), &json!("keep-both")));
    assert_eq!(
        (&pair["max_delete_percent"], &pair["max_deletes"], &pair["keep_days"]),
        (&json!(50), &json!(25), &json!(30))
    );
    anna.types("pair remove docs").succeeded().said("stay, and so do those on the other side");
    assert!(anna.path("docs").exists());
    anna.types("pair list").succeeded().said("no pair yet");
}

#[test]
fn what_can_not_be_is_refused_with_what_to_do() {
    let anna = anna();
    anna.writes("file", "");
    anna.makes_folder("docs/inside");
    anna.makes_folder("apart");
    std::os::unix::fs::symlink(anna.path("apart"), anna.path("link")).unwrap();
    anna.types("pair add docs $DIR/docs work").succeeded();
    for (line, part) in [
        ("pair add docs $DIR/apart work", "a pair \"docs\" already"),
        ("pair add a:b $DIR/apart work", "can't be the name of a pair"),
        ("pair add x $DIR/missing work", "mkdir -p"),
        ("pair add x $DIR/file work", "isn't a folder"),
        ("pair add x $DIR/link work", "symbolic link"),
        ("pair add x $DIR/docs work", "one inside the other"),
        ("pair add x $DIR/docs/inside work", "one inside the other"),
        ("pair add x $DIR/apart/../docs/inside work", "one inside the other"),
        ("pair add x $DIR work", "one inside the other"),
        ("pair add x $DIR/home/pairs work", "Tidemark's own folder"),
        ("pair add x $DIR/apart nobody", "The accounts are: work"),
        ("pair add x $DIR/apart :Docs", "ACCOUNT:REMOTE"),
        ("pair add x $DIR/apart work --direction sideways", "both, upload, download"),
        ("pair add x $DIR/apart work --on-conflict panic", "ask, keep-both, newest, local, remote"),
        ("pair add x $DIR/apart work:../up", ""),
        ("pair show nobody", "The pairs are: docs"),
        ("pair remove nobody", "The pairs are: docs"),
        ("pair pause nobody", "The pairs are: docs"),
    ] {
        anna.types(line).ended_with(2).complained(part);
    }
    assert_eq!(anna.types("pair list --json").succeeded().json()["pairs"].as_array().unwrap().len(), 1);
}

#[test]
fn rules_are_changed_all_or_none() {
    let anna = anna();
    anna.types("pair add docs $DIR/docs work --ignore *.old").succeeded();
    let changed = anna
        .types("pair set docs direction=download on-conflict=newest ignore=*.tmp,build/ ignore=x keep-days=7 upload-limit=500k download-limit=2M poll-seconds=5 max-delete-percent=10 max-deletes=3 --json")
        .succeeded()
        .json();
    let pair = &changed["pair"];
    assert_eq!(pair["ignore"], json!(["*.tmp", "build/", "x"]));
    assert_eq!((&pair["upload_limit"], &pair["download_limit"]), (&json!(500_000), &json!(2_000_000)));
    assert_eq!(anna.types("pair show docs --json").json()["pair"], *pair);
    anna.types("pair set docs keep-days=9 colour=red")
        .ended_with(2)
        .complained("The settings are: direction");
    anna.types("pair set docs remote=x").ended_with(2).complained("Remove the pair and add another one");
    anna.types("pair set docs keep-days=many").ended_with(2).complained("a whole number");
    anna.types("pair set docs keep-days").ended_with(2).complained("KEY=VALUE");
    assert_eq!(anna.types("pair show docs --json").json()["pair"]["keep_days"], 7);
    anna.types("pair set docs upload-limit=none").succeeded().said("has new rules");
    anna.types("pair show docs").said("upload-limit        none");
}

#[test]
fn a_paused_pair_says_so() {
    let anna = anna();
    anna.types("pair add docs $DIR/docs work").succeeded();
    anna.types("pair pause docs").succeeded().said("tidemark pair resume docs");
    anna.types("pair list").said("paused");
    anna.types("pair resume docs").succeeded();
    anna.types("pair list").said("active");
}

#[test]
fn settings_that_can_not_be_read_are_left_as_they_are() {
    let anna = anna();
    let text = anna.reads("home/config.toml").replace("version = 1", "version = 2");
    anna.writes("home/config.toml", &text);
    anna.types("pair add docs $DIR/docs work")
        .ended_with(1)
        .complained("newer Tidemark")
        .complained("Nothing was changed");
    assert_eq!(anna.reads("home/config.toml"), text);
}

#[test]
fn quiet_says_nothing_and_does_it() {
    let anna = anna();
    let said = anna.types("-q pair add docs $DIR/docs work").succeeded();
    assert_eq!((said.stdout.as_str(), said.stderr.as_str()), ("", ""));
    anna.types("-q pair list").succeeded().said("docs");
}
