//! The state between syncs: lost, damaged, of last week, or of a newer Tidemark. Without it both sides are compared anew;
//! nothing is deleted.

use std::fs;
use std::path::{Path, PathBuf};

use crate::scene::Scene;

/// The database of the only pair.
fn database(scene: &Scene) -> PathBuf {
    let entries = fs::read_dir(scene.person.path("home/pairs")).unwrap().map(|entry| entry.unwrap().path());
    let mut databases = entries.filter(|path| path.extension().is_some_and(|end| end == "db"));
    databases.next().unwrap()
}

fn beside(database: &Path) -> [PathBuf; 2] {
    ["-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", database.display())))
}

/// Changes on both sides that nobody has synced yet, a deletion on each of them.
fn changes(scene: &Scene) {
    scene.write("a/x.txt", "x2 here");
    scene.put("a/y.txt", "y2 there");
    scene.remove("b.txt");
    scene.delete("s/empty");
}

/// All versions of what was changed wait in conflict, and what was deleted is back.
#[track_caller]
fn merges(scene: &Scene) {
    scene.sync().ends(3).conflicts(&[("a/x.txt", "both-created"), ("a/y.txt", "both-created")]);
    scene.resolve("a/x.txt", "--keep local").ends(3);
    scene.resolve("a/y.txt", "--keep remote").ends(0);
    scene.is_in_step();
    let paths: Vec<String> = scene.here().into_keys().collect();
    assert_eq!(paths, ["a/x.txt", "a/y.txt", "b.txt", "large", "s/empty"]);
    assert_eq!(scene.texts("a/x.txt")[1].as_deref(), Some("x2 here"));
    assert_eq!(scene.texts("a/y.txt")[0].as_deref(), Some("y2 there"));
}

#[test]
fn f13_a_deleted_state() {
    for scene in Scene::of_each().map(Scene::in_step) {
        let remove = || {
            let database = database(&scene);
            for file in beside(&database) {
                let _ = fs::remove_file(file);
            }
            fs::remove_file(&database).unwrap();
        };
        remove();
        scene.sync().ends(0).did(&[]);
        scene.is_in_step();
        remove();
        changes(&scene);
        merges(&scene);
    }
}

#[test]
fn f14_a_state_that_is_no_database() {
    for scene in Scene::of_each().map(Scene::in_step) {
        fs::write(database(&scene), "this was a database once ".repeat(400)).unwrap();
        changes(&scene);
        merges(&scene);
        let aside = fs::read_dir(scene.person.path("home/pairs")).unwrap();
        let aside =
            aside.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains(".damaged-"));
        assert_eq!(aside.count(), 1);
    }
}

#[test]
fn f14_a_damaged_state_is_said_to_be_set_aside() {
    let scene = Scene::new().in_step();
    fs::write(database(&scene), "this was a database once ".repeat(400)).unwrap();
    let said = scene.person.types("sync").succeeded();
    said.complained("was damaged and was set aside").complained("deletes nothing");
}

#[test]
fn f14_a_state_with_damage_inside() {
    let scene = Scene::new();
    for number in 0..200 {
        scene.write(&format!("{number} {}", "long name ".repeat(15)), format!("content {number}"));
    }
    scene.sync().ends(0);
    let (here, there) = (scene.here(), scene.there());
    let mut bytes = fs::read(database(&scene)).unwrap();
    assert!(bytes.len() > 40_000);
    let end = bytes.len();
    bytes[4096..end].fill(0xa5);
    fs::write(database(&scene), bytes).unwrap();
    let said = scene.person.types("sync").succeeded();
    said.said("200 files unchanged")
        .complained("was damaged and was set aside")
        .complained("deletes nothing");
    assert!(scene.here() == here && scene.there() == there, "something was touched");
    scene.is_in_step();
}

#[test]
fn f14_a_state_of_a_newer_tidemark_is_left_alone() {
    let scene = Scene::new().in_step();
    let database = database(&scene);
    let mut bytes = fs::read(&database).unwrap();
    let format = 60..64;
    let old: Vec<u8> = bytes[format.clone()].to_vec();
    bytes[format.clone()].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(&database, &bytes).unwrap();
    scene.write("new.txt", "new");
    let said = scene.sync().ends(1).failed("state", &["newer", "--home"]);
    assert!(said.said.stderr.contains("99"), "{}", said.said.stderr);
    assert_eq!(scene.there().len(), 5);
    assert_eq!(fs::read(&database).unwrap(), bytes, "it is as it was");
    bytes[format].copy_from_slice(&old);
    fs::write(&database, &bytes).unwrap();
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    scene.is_in_step();
}

#[test]
fn f14_a_state_of_last_week() {
    for scene in Scene::of_each().map(Scene::in_step) {
        let old = fs::read(database(&scene)).unwrap();
        scene.write("a/x.txt", "x2");
        scene.write("new here.txt", "new here");
        scene.put("new there.txt", "new there");
        scene.put("a/y.txt", "y2");
        scene.remove("b.txt");
        scene.sync().ends(0);
        let both = (scene.here(), scene.there());
        for file in beside(&database(&scene)) {
            let _ = fs::remove_file(file);
        }
        fs::write(database(&scene), old).unwrap();
        scene.sync().ends(0).did(&[]);
        assert!((scene.here(), scene.there()) == both, "something was touched");
        scene.is_in_step();
    }
}

#[test]
fn f17_a_folder_restored_from_a_backup_with_todays_state() {
    for scene in Scene::of_each().map(Scene::in_step) {
        scene.write("a/x.txt", "x2");
        scene.write("new.txt", "new");
        scene.sync().ends(0);
        fs::write(scene.path("a/x.txt"), "x1").unwrap();
        fs::remove_file(scene.path("new.txt")).unwrap();
        scene.sync().ends(0);
        assert!(scene.texts("a/x.txt")[1].as_deref() == Some("x1"));
        scene.is_in_step();
    }
}
