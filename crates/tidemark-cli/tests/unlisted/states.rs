//! States that are lost, or older than the manifest's copy beside them: what only the copy knows is not lost.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::person::Person;
use crate::scene::{kognitos, somebody};

impl Person {
    fn databases(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path("home/pairs")).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.to_str().unwrap().contains(".db")).collect()
    }

    fn loses_the_state(&self) {
        self.databases().iter().for_each(|path| fs::remove_file(path).unwrap());
    }

    fn backs_the_state_up(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        self.databases().into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    fn restores_the_state(&self, backup: &BTreeMap<PathBuf, Vec<u8>>) {
        self.loses_the_state();
        backup.iter().for_each(|(path, content)| fs::write(path, content).unwrap());
    }

    /// Somebody who has synced, whose files are gone here, and whose state is the one from before the last sync.
    fn with_an_older_state() -> (tidemark_tests::fake::kognitos::FakeKognitos, Self, Vec<(String, String)>) {
        let service = kognitos();
        let person = somebody(&service);
        for name in ["edited", "renamed", "same"] {
            person.writes(&format!("docs/{name}"), name);
        }
        person.syncs(0);
        let backup = person.backs_the_state_up();
        person.writes("docs/edited", "edited since");
        person.writes("docs/new", "new since");
        fs::rename(person.path("docs/renamed"), person.path("docs/moved")).unwrap();
        person.syncs(0);
        let manifest = person.manifest();
        person.restores_the_state(&backup);
        (service, person, manifest)
    }
}

#[test]
fn an_older_state_takes_nothing_from_a_newer_manifest() {
    let (service, person, manifest) = Person::with_an_older_state();
    fs::remove_file(person.path("docs/new")).unwrap();
    let said = person.types("sync").succeeded().complained("is older than the copy of its manifest");
    assert_eq!(person.has("new").as_deref(), Some("new since"));
    assert_eq!(person.has("edited").as_deref(), Some("edited since"));
    assert_eq!(person.manifest(), manifest);
    assert_eq!(service.files().len(), manifest.len() + 1, "the files and the manifest: {}", said.stderr);
    assert!(person.types("sync").succeeded().stderr.is_empty(), "it is said once");
    let pairs = fs::read_dir(person.path("home/pairs")).unwrap().map(|entry| entry.unwrap().path());
    let aside: Vec<_> = pairs.filter(|path| path.to_str().unwrap().contains(".manifest-")).collect();
    assert_eq!(aside.len(), 1, "{aside:?}");
    person.types(&format!("pair import docs {}", aside[0].display())).succeeded();
    person.syncs(0);
}

#[test]
fn a_newer_manifest_outlives_a_sync_of_single_paths() {
    let service = kognitos();
    let (one, other) = (somebody(&service), somebody(&service));
    other.writes("docs/a", "by another");
    one.writes("docs/a", "by one");
    other.syncs(0);
    one.syncs(0);
    one.imports_of(&other);
    one.syncs(3);
    let backup = one.backs_the_state_up();
    one.writes("docs/new", "new since");
    one.syncs(3);
    one.restores_the_state(&backup);
    fs::remove_file(one.path("docs/new")).unwrap();
    let said = one.types("conflicts resolve --all --keep remote").succeeded();
    said.complained("is older than the copy of its manifest");
    assert_eq!(one.has("new").as_deref(), Some("new since"));
    one.syncs(0);
    assert_eq!(one.has("a").as_deref(), Some("by another"));
}

#[test]
fn a_lost_or_older_state_is_exported_as_its_manifest_was_kept() {
    let (_service, person, manifest) = Person::with_an_older_state();
    assert_eq!(person.manifest(), manifest);
    person.loses_the_state();
    assert_eq!(person.manifest(), manifest);
    person.types("status").succeeded();
    assert_eq!(person.manifest(), manifest, "an empty state is as good as none");
}

#[test]
fn what_was_never_synced_is_not_exported_as_an_empty_manifest() {
    let service = kognitos();
    let person = somebody(&service);
    let said = person.types("pair export docs $DIR/carried.json").ended_with(1);
    let said = said.complained("knows no file of \"docs\" at the service");
    said.complained("tidemark pair import docs --id ID").complained("tidemark sync docs");
    assert!(!person.path("carried.json").exists());
    person.syncs(0);
    assert_eq!(person.manifest(), [], "a folder that is known to be empty");
}
