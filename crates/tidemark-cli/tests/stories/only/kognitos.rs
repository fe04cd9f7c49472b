//! Kognitos lists nothing and changes no file: the pair's manifest is the index, and an update is a new file.

use std::fs;
use std::rc::Rc;

use serde_json::Value;

use crate::places::{Effect, Fault, Kognitos, On};
use crate::scene::Scene;

fn status(scene: &Scene) -> Value {
    scene.types("--json status").json()["pairs"][0].clone()
}

/// What the manifest lists, the manifest's own copy, and nothing else.
#[track_caller]
fn nobody_is_forgotten_there(scene: &Scene) {
    assert_eq!(scene.place.files().len(), scene.there().len() + 1);
}

/// Deletes the files of the state whose names hold this.
fn lose_state(scene: &Scene, part: &str) {
    for entry in fs::read_dir(scene.person.path("home/pairs")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && path.to_string_lossy().contains(part) {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn a_second_computer_finds_the_files_by_the_id_of_the_manifest() {
    let place = Rc::new(Kognitos::start());
    let scene = Scene::before(place.clone()).in_step();
    let id = status(&scene)["manifest"].as_str().unwrap().to_owned();
    scene.types("status").succeeded().said(&id);
    let second = Scene::before(place);
    second.types(&format!("pair import docs --id {id}")).succeeded().said("4 files");
    second.sync().ends(0).did(&[("downloaded", 4)]);
    assert!(second.here() == scene.here());
    second.is_in_step();
}

#[test]
fn a_manifest_goes_to_a_file_and_comes_from_one() {
    let place = Rc::new(Kognitos::start());
    let scene = Scene::before(place.clone()).in_step();
    let second = Scene::before(place);
    let file = second.person.path("carried.json");
    scene.types(&format!("pair export docs {}", file.display())).succeeded();
    second.types("pair import docs carried.json").succeeded();
    second.sync().ends(0).did(&[("downloaded", 4)]);
    assert!(second.here() == scene.here());
    second.is_in_step();
}

#[test]
fn a_lost_database_is_made_again_from_the_manifest_beside_it() {
    let scene = Scene::at(Kognitos::start()).in_step();
    lose_state(&scene, ".db");
    let said = scene.sync().ends(0).did(&[]).said.complained("its manifest was read from");
    said.complained("4 files");
    nobody_is_forgotten_there(&scene);
    scene.is_in_step();
}

#[test]
fn a_lost_home_is_made_again_from_the_manifest_at_the_service() {
    let scene = Scene::at(Kognitos::start()).in_step();
    let id = status(&scene)["manifest"].as_str().unwrap().to_owned();
    lose_state(&scene, "");
    scene.types(&format!("pair import docs --id {id}")).succeeded();
    scene.sync().ends(0).did(&[]);
    assert!(scene.here() == scene.there());
    scene.is_idle();
}

#[test]
fn an_update_whose_answer_got_lost_is_told_as_a_possible_orphan() {
    let scene = Scene::at(Kognitos::start()).in_step();
    scene.write("a/x.txt", "x two");
    scene.fault(Fault::new(Effect::CloseAfterEffect).at([On::Upload]).first(1));
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    scene.fake().heal();
    let orphans = status(&scene)["possible_orphans"].clone();
    assert_eq!([&orphans[0]["path"], &orphans[1]], [&Value::from("a/x.txt"), &Value::Null], "{orphans:#}");
    scene.types("status").succeeded().said("the service may have a file of it that nobody can find");
    assert_eq!(scene.place.files().len(), scene.there().len() + 2);
    assert_eq!(scene.texts("a/x.txt")[1].as_deref(), Some("x two"));
    scene.is_in_step();
}

#[test]
fn a_kill_between_the_upload_and_the_end_of_what_it_replaces_leaves_nothing_behind() {
    let scene = Scene::at(Kognitos::start()).in_step();
    scene.write("a/x.txt", "x two");
    let never = Effect::Delay { ms: 3_600_000 };
    scene.sync_killed(Fault::new(never).at([On::Delete]), || true);
    assert_eq!(scene.place.files().len(), 4 + 2, "the old one, the new one, three others, and the manifest");
    scene.sync().ends(0);
    assert_eq!(status(&scene)["possible_orphans"], Value::Array(Vec::new()));
    assert_eq!(scene.texts("a/x.txt")[1].as_deref(), Some("x two"));
    assert_eq!(scene.kept(), ["a/x.txt"]);
    nobody_is_forgotten_there(&scene);
    scene.is_in_step();
}
