//! The demo: it does what it says, and touches nothing else.

use std::fs;

use serde_json::Value;

use crate::person::Person;

#[test]
fn it_shows_four_steps_and_leaves_a_conflict_to_play_with() {
    let anna = Person::new();
    let said = anna.types("demo --dir $DIR/play --json").succeeded();
    let document = said.json();
    let outcomes: Vec<&Value> =
        document["steps"].as_array().unwrap().iter().map(|step| &step["report"]["outcome"]).collect();
    assert_eq!(outcomes, ["in-sync", "in-sync", "in-sync", "conflicts"]);
    assert_eq!(
        (&document["steps"][2]["report"]["moved_remote"], &document["steps"][2]["report"]["bytes_up"]),
        (&Value::from(2), &Value::from(0))
    );
    assert!(anna.path("play/there/archive/plans/house.txt").exists());
    assert_ne!(anna.reads("play/here/notes.md"), anna.reads("play/there/notes.md"));
    assert!(!anna.path("home").exists(), "the demo has a home of its own");
    anna.types("--home $DIR/play/home conflicts resolve --all --keep both").succeeded();
    anna.types("--home $DIR/play/home sync").succeeded();
}

#[test]
fn what_it_says_can_be_typed() {
    let anna = Person::new();
    let said = anna.types("demo --dir play").succeeded();
    let typed: Vec<&str> = said.stdout.lines().filter_map(|line| line.strip_prefix("  tidemark ")).collect();
    assert!(typed.len() >= 6, "{typed:?}");
    for line in typed {
        let said = anna.types(line);
        assert!([0, 3].contains(&said.code), "{line}: {said:?}");
    }
    assert!(
        said.stdout.lines().filter(|line| line.contains("`tidemark ")).all(|line| line.contains("--home")),
        "{}",
        said.stdout
    );
}

#[test]
fn it_overwrites_nothing() {
    let anna = Person::new();
    anna.writes("play/mine.txt", "mine");
    anna.types("demo --dir play").ended_with(2).complained("isn't empty");
    assert_eq!(fs::read_dir(anna.path("play")).unwrap().count(), 1);
}
