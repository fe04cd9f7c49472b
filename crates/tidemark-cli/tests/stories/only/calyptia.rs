//! Calyptia's encrypted files can be written and never read; its names follow rules of its own.

use std::rc::Rc;

use tidemark_tests::fake::calyptia::FakeCalyptia;

use crate::places::Calyptia;
use crate::scene::Scene;

#[test]
fn what_others_change_in_an_encrypted_file_is_a_conflict_that_says_why() {
    let place = Rc::new(Calyptia::encrypting());
    let scene = Scene::before(place.clone());
    scene.write("secret", "mine");
    scene.write("other", "other");
    scene.sync().ends(0).did(&[("uploaded", 2)]);
    assert!(place.fake.files().iter().all(|file| file.encrypted));
    scene.is_in_step();

    place.fake.put_encrypted("secret", "theirs");
    for _ in 0..2 {
        scene.sync().ends(3).did(&[]).conflicts(&[("secret", "unreadable")]);
        assert_eq!(scene.texts("secret")[0].as_deref(), Some("mine"), "no ciphertext comes here");
    }
    let shown = scene.types("conflicts show 1").succeeded().stdout;
    assert!(shown.contains("encrypted") || shown.contains("can't be read"), "{shown}");
    scene.resolve("secret", "--keep local").ends(0);
    assert_eq!(scene.texts("secret"), [Some("mine".to_owned()), Some("mine".to_owned())]);
    scene.is_in_step();
}

#[test]
fn edits_of_encrypted_files_go_up_and_stay_encrypted() {
    let place = Rc::new(Calyptia::encrypting());
    let scene = Scene::before(place.clone());
    scene.write("secret", "one");
    scene.sync().ends(0);
    scene.write("secret", "two");
    scene.forget("one");
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    let file = place.fake.files().remove(0);
    assert!(file.encrypted && file.content == "two", "{file:?}");
    scene.rename("secret", "renamed");
    scene.sync().ends(0).did(&[("moved_remote", 1)]);
    scene.is_in_step();
}

#[test]
fn names_and_contents_that_it_refuses_are_problems() {
    let place = Calyptia::of(FakeCalyptia::with().plain_names().no_empty_files());
    let scene = Scene::at(place);
    scene.write("parsers", "good");
    scene.write("bad name.conf", "bad");
    scene.write("empty", "");
    crate::files::write_at(&scene.person.path("docs/folder/inside"), &scene.remembered("in a folder"));
    let said = scene.sync().ends(5).did(&[("uploaded", 1)]);
    let problems = said.pair["problems"].as_array().unwrap();
    let mut paths: Vec<&str> = problems.iter().map(|problem| problem["path"].as_str().unwrap()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["bad name.conf", "empty", "folder"], "{:#}", said.pair);
    scene.sync().ends(5).did(&[]);
}
