//! What is known of a file, and bringing old versions back.

use serde_json::Value;

use crate::scene::Scene;

/// `a.txt` had three contents: `one` from here, `two` from there, and `three` from here.
fn three_versions(scene: &Scene) {
    scene.write("a.txt", "one");
    scene.sync().ends(0);
    scene.put("a.txt", "two");
    scene.sync().ends(0);
    scene.write("a.txt", "three");
    scene.sync().ends(0);
}

fn list(scene: &Scene, line: &str, key: &str) -> Vec<Value> {
    scene.person.types(&format!("--json {line}")).succeeded().json()[key].as_array().unwrap().clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

#[test]
fn every_version_in_the_history_comes_back() {
    for scene in Scene::of_each() {
        three_versions(&scene);
        let versions = list(&scene, "history docs a.txt", "versions");
        let current: Vec<bool> = versions.iter().map(|version| version["current"] == true).collect();
        assert_eq!(current.iter().filter(|current| **current).count(), 1, "{versions:#?}");
        assert!(current[0], "the newest comes first: {versions:#?}");
        let mut found = Vec::new();
        for (number, version) in versions.iter().enumerate() {
            let id = text(&version["id"]);
            let line = format!("restore docs a.txt --version {id} --to $DIR/out{number}");
            scene.person.types(&line).succeeded().said(&format!("out{number}"));
            let content = scene.person.reads(&format!("out{number}"));
            assert_eq!(version["size"], content.len(), "{version:#}");
            scene.person.types(&line).ended_with(1).complained("where nothing is yet");
            found.push(content);
        }
        found.sort();
        found.dedup();
        assert_eq!(found, ["one", "three", "two"]);
        let two = versions.iter().zip(&current).find(|(version, current)| !**current && version["size"] == 3);
        let id = text(&two.unwrap().0["id"]);
        let restored = scene.person.types(&format!("--json restore docs a.txt --version {id}")).succeeded();
        assert_eq!(restored.json()["restored"]["size"], 3);
        scene.sync().ends(0).did(&[("uploaded", 1)]);
        assert_ne!(scene.texts("a.txt")[1].as_deref(), Some("three"));
        scene.is_in_step();
    }
}

#[test]
fn what_was_deleted_there_comes_back_from_the_kept_store() {
    for scene in Scene::of_each().map(Scene::in_step) {
        scene.delete("a/x.txt");
        scene.sync().ends(0).did(&[("deleted_local", 1)]);
        let kept = list(&scene, "kept list", "kept");
        assert_eq!((kept.len(), &kept[0]["path"]), (1, &"a/x.txt".into()));
        let id = text(&kept[0]["id"]);
        scene.write("a/x.txt", "another");
        scene
            .person
            .types(&format!("kept restore {id}"))
            .ended_with(1)
            .complained("a/x.txt")
            .complained("Move what is there aside");
        scene.forget("another");
        scene.remove("a/x.txt");
        scene.person.types(&format!("kept restore {id}")).succeeded().said("a/x.txt");
        scene.sync().ends(0).did(&[("uploaded", 1)]);
        assert_eq!(scene.texts("a/x.txt"), [Some("x1".to_owned()), Some("x1".to_owned())]);
        scene.is_in_step();
    }
}

#[test]
fn a_file_deleted_here_has_a_history_and_comes_back() {
    for scene in Scene::of_each() {
        three_versions(&scene);
        scene.remove("a.txt");
        scene.write("other.txt", "other");
        scene.sync().ends(0).did(&[("uploaded", 1), ("deleted_remote", 1)]);
        let versions = list(&scene, "history docs a.txt", "versions");
        let three = versions.iter().find(|version| version["size"] == 5);
        let three = three.unwrap_or_else(|| panic!("the last content isn't there: {versions:#?}"));
        let id = text(&three["id"]);
        scene.person.types(&format!("restore docs a.txt --version {id}")).succeeded();
        scene.sync().ends(0);
        assert_eq!(scene.texts("a.txt"), [Some("three".to_owned()), Some("three".to_owned())]);
        scene.is_in_step();
    }
}

#[test]
fn explain_says_what_each_side_holds_and_what_follows() {
    for scene in Scene::of_each().map(Scene::in_step) {
        let explained = || scene.person.types("--json explain docs a/x.txt").succeeded().json();
        let known = explained();
        for side in ["local", "remote", "synced"] {
            assert_eq!(
                (&known[side]["kind"], &known[side]["size"]),
                (&"file".into(), &2.into()),
                "{known:#}"
            );
        }
        scene.write("a/x.txt", "mine");
        scene.put("a/x.txt", "theirs");
        scene.forget("x1");
        scene.sync().ends(3);
        let known = explained();
        assert_eq!((&known["local"]["size"], &known["remote"]["size"]), (&4.into(), &6.into()), "{known:#}");
        let follows = known["follows"].to_string();
        assert!(follows.contains("conflict"), "{follows}");
        scene.person.types("explain docs a/x.txt").succeeded().said("tidemark conflicts");
        scene.person.types("explain docs nothing.txt").succeeded().said("nothing");
    }
}
