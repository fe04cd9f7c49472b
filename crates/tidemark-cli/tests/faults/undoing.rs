//! Decisions on conflicts are undone: both sides hold again what they held, byte for byte, and the conflict waits again.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::scene::{Scene, noise};

const KINDS: [&str; 4] = ["both-changed", "both-created", "delete-edit", "edit-delete"];
const DECISIONS: [&str; 4] = ["both", "local", "merged", "remote"];

/// A conflict of each kind at `KIND.DECISION`, all waiting.
fn waiting() -> [Scene; 2] {
    let scenes = Scene::of_each();
    for scene in &scenes {
        let paths: Vec<(String, &str)> = KINDS
            .into_iter()
            .flat_map(|kind| DECISIONS.map(|decision| (format!("{kind}.{decision}"), kind)))
            .collect();
        for (path, kind) in &paths {
            if *kind != "both-created" {
                std::fs::write(scene.path(path), format!("base of {path}\n")).unwrap();
            }
        }
        scene.write("other.txt", "other");
        scene.sync().ends(0);
        for (path, kind) in &paths {
            match *kind {
                "delete-edit" => scene.remove(path),
                _ => scene.write(path, [format!("mine, {path}").into_bytes(), noise(1, 3000)].concat()),
            }
            match *kind {
                "edit-delete" => scene.delete(path),
                _ => scene.put(path, [format!("theirs: {path}").into_bytes(), noise(2, 3000)].concat()),
            }
        }
        scene.sync().ends(3);
    }
    scenes
}

fn listed(scene: &Scene, words: &str, key: &str) -> Vec<Value> {
    scene.person.types(&format!("--json conflicts list {words}")).json()[key].as_array().unwrap().clone()
}

fn ids(rows: &[Value]) -> String {
    rows.iter().map(|row| row["id"].to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_decision_on_every_kind_of_conflict_is_undone_byte_for_byte() {
    for scene in waiting() {
        let (here, there) = (scene.here(), scene.there());
        let conflicts = listed(&scene, "", "conflicts");
        scene.person.writes("merged.txt", "mine and theirs");
        for decision in DECISIONS {
            let words = match decision {
                "merged" => "--merged merged.txt".to_owned(),
                keep => format!("--keep {keep}"),
            };
            for kind in KINDS {
                scene.resolve(&format!("{kind}.{decision}"), &words);
            }
        }
        scene.remembered("mine and theirs");
        scene.sync().ends(0);
        assert!(scene.here() != here && scene.there() != there);
        let made = listed(&scene, "--resolved", "resolutions");
        assert_eq!(made.len(), 16);
        assert!(made.iter().all(|row| row["undoable"] == true), "{made:#?}");
        scene.person.types("conflicts list --resolved").succeeded().said("both-created.merged").said("yes");
        let said = scene.person.types(&format!("--json conflicts undo {}", ids(&made))).ended_with(3);
        assert_eq!(said.json()["resolutions"].as_array().unwrap().len(), 16);
        scene.nothing_is_lost();
        assert!(scene.here() == here, "this computer holds what it held");
        assert!(scene.there() == there, "the service holds what it held");
        assert_eq!(ids(&listed(&scene, "", "conflicts")), ids(&conflicts), "the same conflicts wait");
        scene.sync().ends(3).did(&[]);
        assert!(scene.here() == here && scene.there() == there);
        let again = scene.person.types(&format!("conflicts undo {}", made[0]["id"]));
        again.ended_with(1).complained("undone already");
        scene.person.types("conflicts resolve --all --keep local").succeeded().said("Undo with");
        scene.nothing_is_lost();
        scene.sync().ends(0);
        scene.sides_are_equal();
    }
}

/// Two conflicts that were decided for the service.
fn decided(scene: &Scene) -> Vec<Value> {
    for path in ["a.txt", "b.txt"] {
        scene.write(path, "base");
    }
    scene.sync().ends(0);
    for path in ["a.txt", "b.txt"] {
        scene.forget("base");
        scene.write(path, format!("mine, {path}"));
        scene.put(path, format!("theirs: {path}"));
    }
    scene.sync().ends(3);
    scene.person.types("conflicts resolve --all --keep remote").succeeded();
    listed(scene, "--resolved", "resolutions")
}

#[test]
fn where_a_side_has_moved_on_nothing_is_written_and_it_is_said_which() {
    for there_too in [false, true] {
        for scene in Scene::of_each() {
            let made = decided(&scene);
            match there_too {
                true => scene.put("a.txt", "later, there"),
                false => scene.write("a.txt", "later, here"),
            }
            let (here, there) = (scene.here(), scene.there());
            let refused = scene.person.types(&format!("conflicts undo {}", ids(&made))).ended_with(1);
            let side = if there_too { "changed at the service" } else { "changed on this computer" };
            refused
                .complained("a.txt")
                .complained(side)
                .complained("Nothing was changed")
                .complained("history");
            assert!(scene.here() == here && scene.there() == there);
            scene.nothing_is_lost();
            let other = made.iter().find(|row| row["path"] == "b.txt").unwrap();
            scene.person.types(&format!("conflicts undo {}", other["id"])).ended_with(3);
            assert_eq!(scene.texts("b.txt").map(Option::unwrap), ["mine, b.txt", "theirs: b.txt"]);
        }
    }
}

#[test]
fn a_copy_that_somebody_went_on_with_stays() {
    for scene in Scene::of_each() {
        scene.write("a.txt", "mine");
        scene.put("a.txt", "theirs");
        scene.sync().ends(3);
        scene.resolve("a.txt", "--keep both").ends(0);
        let copy = scene.here().into_keys().find(|path| path.contains("(conflict, ")).unwrap();
        scene.write(&copy, "mine, and more");
        scene.person.types("conflicts undo 1").ended_with(3);
        scene.nothing_is_lost();
        assert_eq!(scene.texts("a.txt").map(Option::unwrap), ["mine", "theirs"]);
        assert_eq!(scene.texts(&copy)[0].as_deref(), Some("mine, and more"));
    }
}

#[test]
fn a_file_that_comes_back_has_its_permissions() {
    let scene = Scene::of_folders();
    scene.write("run.sh", "one");
    scene.write("other", "other");
    scene.sync().ends(0);
    scene.write("run.sh", "two");
    std::fs::set_permissions(scene.path("run.sh"), PermissionsExt::from_mode(0o755)).unwrap();
    scene.delete("run.sh");
    scene.sync().ends(3);
    scene.resolve("run.sh", "--keep remote").ends(0);
    assert!(!scene.path("run.sh").exists());
    scene.person.types("conflicts undo 1").ended_with(3);
    let mode = std::fs::metadata(scene.path("run.sh")).unwrap().permissions().mode();
    assert_eq!((scene.texts("run.sh")[0].as_deref(), mode & 0o777), (Some("two"), 0o755));
}

#[test]
fn what_a_decision_needs_is_kept_until_it_is_purged() {
    let scene = Scene::of_folders();
    let made = decided(&scene);
    let shown = scene.person.types("--json kept list").json()["kept"].as_array().unwrap().len();
    assert_eq!(shown, 2, "what is kept for the decisions isn't listed beside what they replaced");
    scene.sync().ends(0);
    assert!(listed(&scene, "--resolved", "resolutions").iter().all(|row| row["undoable"] == true));
    scene.person.types("kept purge").succeeded();
    let after = listed(&scene, "--resolved", "resolutions");
    assert!(after.iter().all(|row| row["undoable"] == false), "{after:#?}");
    let refused = scene.person.types(&format!("conflicts undo {}", made[0]["id"])).ended_with(1);
    refused.complained("isn't kept any more");
}

#[test]
fn a_folder_in_the_conflict_is_said_to_stand_in_the_way() {
    for scene in Scene::of_each() {
        scene.write("thing", "a file");
        scene.put("thing/inside.txt", "a folder");
        scene.sync().ends(3);
        scene.resolve("thing", "--keep remote");
        let refused = scene.person.types("conflicts undo 1").ended_with(1);
        refused.complained("one side was a folder");
        scene.nothing_is_lost();
    }
}
