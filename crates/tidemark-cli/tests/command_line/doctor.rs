//! The doctor, and the file that goes with a report of a fault.

use std::fs::File;
use std::io::Read;

use zip::ZipArchive;

use crate::person::Person;

#[test]
fn an_account_that_does_not_answer_is_bad_and_the_rest_is_looked_at_all_the_same() {
    let anna = Person::new();
    anna.has_an_evo_account();
    anna.makes_folder("docs");
    anna.types("pair add docs $DIR/docs work").succeeded();
    let report = anna.types("doctor --json").ended_with(1).json();
    let states: Vec<_> = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| (check["part"].as_str().unwrap(), check["state"].as_str().unwrap()))
        .collect();
    assert_eq!(report["ok"], false);
    for expected in [
        ("home", "good"),
        ("owner", "good"),
        ("settings", "good"),
        ("secrets", "good"),
        ("account work", "bad"),
        ("pair docs", "good"),
    ] {
        assert!(states.contains(&expected), "{expected:?} isn't in {states:?}");
    }
    anna.types("doctor").ended_with(1).said("bad     account work: ").said("Something needs you");
}

#[test]
fn a_bundle_holds_no_secret_and_overwrites_nothing() {
    let anna = Person::new();
    anna.has_an_evo_account();
    anna.types("doctor --bundle report.zip").ended_with(1).said("config.toml");
    let mut archive = ZipArchive::new(File::open(anna.path("report.zip")).unwrap()).unwrap();
    let mut names = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let (name, mut text) = (file.name().unwrap().into_owned(), String::new());
        file.read_to_string(&mut text).unwrap();
        assert!(!text.contains("canary"), "{name}: {text}");
        names.push(name);
    }
    for name in ["versions.txt", "doctor.json", "config.toml"] {
        assert!(names.iter().any(|there| there == name), "{name} isn't in {names:?}");
    }
    anna.types("doctor --bundle report.zip").ended_with(2).complained("left as it is");
}

#[test]
fn a_damaged_state_is_found() {
    let anna = Person::new();
    anna.writes("docs/a.txt", "a");
    anna.makes_folder("nas");
    anna.types("account add folder nas --set path=nas").succeeded();
    anna.types("pair add docs docs nas").succeeded();
    anna.types("sync").succeeded();
    anna.types("doctor").succeeded().said("Its state is whole.");
    for file in std::fs::read_dir(anna.path("home/pairs")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|end| end == "db") {
            std::fs::write(path, "no database").unwrap();
        }
    }
    anna.types("doctor").ended_with(1).said("bad     pair docs: ");
    anna.types("sync").succeeded().complained("deletes nothing");
    anna.types("doctor").succeeded();
}
