//! Deletions that look like an accident wait: nothing is deleted before a person says so.

use std::fs;
use std::os::unix::fs::symlink;

use crate::scene::Scene;

fn sixty_files(scene: Scene) -> Scene {
    for number in 0..60 {
        scene.write(&format!("d{}/{number}.txt", number % 3), format!("content {number}"));
    }
    scene.sync().ends(0).did(&[("uploaded", 60)]);
    scene
}

fn first_fifty() -> impl Iterator<Item = String> {
    (0..50).map(|number| format!("d{}/{number}.txt", number % 3))
}

#[test]
fn f61_many_deletions_here_wait_and_the_rest_goes_on() {
    for scene in Scene::of_each().map(sixty_files) {
        scene.write("new.txt", "new");
        first_fifty().for_each(|path| scene.remove(&path));
        let said = scene.sync().ends(4).did(&[("uploaded", 1)]).held("mass-delete");
        assert_eq!(said.pair["held"]["deletes"], 50);
        assert!(said.pair["held"]["of"].as_u64().unwrap() >= 60, "{}", said.pair["held"]);
        assert_eq!(scene.there().len(), 61);
        scene.sync().ends(4).did(&[]);
        scene.sync_with("--confirm-deletes").ends(0).did(&[("deleted_remote", 50)]);
        assert_eq!(scene.there().len(), 11);
        scene.is_in_step();
    }
}

#[test]
fn f61_many_deletions_there_wait_and_the_rest_goes_on() {
    for scene in Scene::of_each().map(sixty_files) {
        scene.put("new.txt", "new");
        first_fifty().for_each(|path| scene.delete(&path));
        scene.sync().ends(4).did(&[("downloaded", 1)]).held("mass-delete");
        assert_eq!(scene.here().len(), 61);
        scene.sync_with("--confirm-deletes").ends(0).did(&[("deleted_local", 50)]);
        assert_eq!(scene.here().len(), 11);
        scene.is_in_step();
    }
}

#[test]
fn f01_a_root_that_is_gone_is_waited_for() {
    for scene in Scene::of_each().map(Scene::in_step) {
        let there = scene.there();
        fs::rename(scene.path(""), scene.person.path("away")).unwrap();
        for words in ["", "--confirm-deletes"] {
            let line = format!("--json sync {words}");
            let said = scene.person.types(&line).ended_with(4).json();
            assert_eq!(said["pairs"][0]["held"]["reason"], "root-missing");
            assert!(scene.there() == there, "{words}");
            assert!(!scene.path("").exists(), "the folder isn't made anew");
        }
        fs::rename(scene.person.path("away"), scene.path("")).unwrap();
        scene.is_in_step();
    }
}

#[test]
fn f04_a_root_that_was_emptied_is_asked_about() {
    for scene in Scene::of_each().map(Scene::in_step) {
        let there = scene.there();
        for entry in fs::read_dir(scene.path("")).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => fs::remove_dir_all(entry.path()).unwrap(),
                false => fs::remove_file(entry.path()).unwrap(),
            }
        }
        scene.sync().ends(4).did(&[]).held("side-emptied");
        assert!(scene.there() == there);
        scene.sync_with("--confirm-deletes").ends(0).did(&[("deleted_remote", 5)]);
        scene.is_in_step();
    }
}

#[test]
fn f04_a_root_that_was_made_anew_is_asked_about() {
    for scene in Scene::of_each().map(Scene::in_step) {
        let there = scene.there();
        fs::rename(scene.path(""), scene.person.path("away")).unwrap();
        scene.person.makes_folder("docs");
        scene.write("b.txt", "b1");
        scene.write("new.txt", "new");
        scene.sync().ends(4).did(&[("uploaded", 1)]).held("root-replaced");
        assert_eq!(scene.there().len(), there.len() + 1);
        fs::rename(scene.path("new.txt"), scene.person.path("away/new.txt")).unwrap();
        fs::remove_dir_all(scene.path("")).unwrap();
        fs::rename(scene.person.path("away"), scene.path("")).unwrap();
        scene.is_in_step();
    }
}

#[test]
fn f05_a_root_that_became_a_link_or_a_file_is_waited_for() {
    for scene in Scene::of_each().map(Scene::in_step) {
        let there = scene.there();
        fs::rename(scene.path(""), scene.person.path("away")).unwrap();
        scene.person.makes_folder("elsewhere");
        symlink(scene.person.path("elsewhere"), scene.person.path("docs")).unwrap();
        scene.person.types("sync").ended_with(4).said("Nothing was deleted");
        fs::remove_file(scene.person.path("docs")).unwrap();
        scene.person.writes("docs", "a file");
        scene.person.types("sync").ended_with(4).said("Nothing was deleted");
        assert!(scene.there() == there);
        assert_eq!(fs::read_dir(scene.person.path("elsewhere")).unwrap().count(), 0);
        fs::remove_file(scene.person.path("docs")).unwrap();
        fs::rename(scene.person.path("away"), scene.person.path("docs")).unwrap();
        scene.is_in_step();
    }
}

#[test]
fn a_service_folder_that_is_gone_or_empty_deletes_nothing_here() {
    let scene = Scene::of_folders().in_step();
    let here = scene.here();
    fs::rename(scene.nas(""), scene.person.path("away")).unwrap();
    let said = scene.person.types("--json sync");
    assert!([1, 4].contains(&said.code), "{said:?}");
    assert!(scene.here() == here);
    scene.person.makes_folder("nas");
    let said = scene.person.types("--json sync").ended_with(4).json();
    assert_eq!(said["pairs"][0]["held"]["reason"], "side-emptied");
    assert!(scene.here() == here);
    fs::remove_dir_all(scene.nas("")).unwrap();
    fs::rename(scene.person.path("away"), scene.nas("")).unwrap();
    scene.sync().ends(0).did(&[]);
    scene.is_in_step();
}

#[test]
fn f06_a_folder_that_may_not_be_read_is_no_deletion() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new().in_step();
    let there = scene.there();
    fs::set_permissions(scene.path("a"), fs::Permissions::from_mode(0o000)).unwrap();
    let may_read_all = fs::read_dir(scene.path("a")).is_ok();
    let said = scene.person.types("--json sync");
    fs::set_permissions(scene.path("a"), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(said.code, if may_read_all { 0 } else { 5 }, "{said:?}");
    assert!(scene.there() == there);
    scene.is_in_step();
}
