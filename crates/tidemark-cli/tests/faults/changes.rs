//! What people do with their files, on either side: edits, deletions, moves.

use std::fs;

use tidemark_tests::fake::evo::{FakeEvo, Lag};

use crate::scene::{LARGE, Scene, noise};

/// What moving so many files on one side comes to on the other: a move where the service can, else a copy and a deletion.
fn moved(number: u64, how: [&str; 3], is_folder: bool) -> Vec<(&str, u64)> {
    let [moved, copied, deleted] = how;
    if is_folder { vec![(moved, number)] } else { vec![(copied, number), (deleted, number)] }
}

const THERE: [&str; 3] = ["moved_remote", "uploaded", "deleted_remote"];

#[test]
fn edits_deletions_and_new_files_travel_both_ways() {
    for scene in Scene::of_each().map(Scene::in_step) {
        scene.put("new/deep/there.txt", "there");
        scene.put("a/x.txt", "x2 remote");
        scene.delete("b.txt");
        scene.write("a/y.txt", "y2 local");
        scene.remove("large");
        scene.write("new/here.txt", "here");
        scene.sync().ends(0).did(&[
            ("uploaded", 2),
            ("downloaded", 2),
            ("deleted_local", 1),
            ("deleted_remote", 1),
        ]);
        let paths: Vec<String> = scene.here().into_keys().collect();
        assert_eq!(paths, ["a/x.txt", "a/y.txt", "new/deep/there.txt", "new/here.txt", "s/empty"]);
        scene.is_in_step();
    }
}

#[test]
fn services_that_do_it_otherwise_than_the_page_shows() {
    let evo = FakeEvo::with;
    for settings in [
        evo().full_path_in_get(),
        evo().reuse_ids(),
        evo().newest_is_last_committed(),
        evo().full_path_in_get().reuse_ids().newest_is_last_committed().processing(Lag::Requests(2)),
    ] {
        let scene = Scene::with(settings, "").in_step();
        scene.remove("b.txt");
        scene.delete("a/y.txt");
        scene.sync().ends(0).did(&[("deleted_local", 1), ("deleted_remote", 1)]);
        scene.write("b.txt", "b again");
        scene.put("a/y.txt", "y again");
        scene.write("a/x.txt", "x2");
        scene.sync().ends(0).did(&[("uploaded", 2), ("downloaded", 1)]);
        assert_eq!(scene.texts("b.txt"), [Some("b again".to_owned()), Some("b again".to_owned())]);
        assert_eq!(scene.texts("a/y.txt"), [Some("y again".to_owned()), Some("y again".to_owned())]);
        scene.is_in_step();
    }
}

#[test]
fn files_and_folders_moved_here() {
    for (scene, is_folder) in Scene::of_each().into_iter().zip([false, true]) {
        let scene = scene.in_step();
        scene.rename("b.txt", "c/b moved.txt");
        scene.sync().ends(0).did(&moved(1, THERE, is_folder));
        scene.rename("a", "c/a");
        scene.sync().ends(0).did(&moved(2, THERE, is_folder));
        scene.rename("large", "Large");
        scene.sync().ends(0).did(&moved(1, THERE, is_folder));
        let paths: Vec<String> = scene.here().into_keys().collect();
        assert_eq!(paths, ["Large", "c/a/x.txt", "c/a/y.txt", "c/b moved.txt", "s/empty"]);
        scene.is_in_step();
    }
}

#[test]
fn files_and_folders_moved_there() {
    let scene = Scene::of_folders().in_step();
    scene.move_there("b.txt", "c/b moved.txt");
    scene.sync().ends(0).did(&[("moved_local", 1)]);
    scene.move_there("a", "c/a");
    scene.sync().ends(0).did(&[("moved_local", 2)]);
    scene.is_in_step();

    let scene = Scene::new().in_step();
    scene.move_there("b.txt", "c/b moved.txt");
    scene.sync().ends(0);
    for file in ["x.txt", "y.txt"] {
        scene.move_there(&format!("a/{file}"), &format!("c/a/{file}"));
    }
    scene.sync().ends(0);
    let paths: Vec<String> = scene.here().into_keys().collect();
    assert_eq!(paths, ["c/a/x.txt", "c/a/y.txt", "c/b moved.txt", "large", "s/empty"]);
    scene.is_in_step();
}

#[test]
fn a_file_moved_here_and_edited_there_keeps_the_edit() {
    for scene in Scene::of_each().map(Scene::in_step) {
        scene.rename("b.txt", "moved.txt");
        scene.put("b.txt", "b2 remote");
        let said = scene.sync();
        assert!([0, 3].contains(&said.said.code), "{:#}", said.pair);
        assert!(scene.there().values().any(|content| content == b"b2 remote"));
        if said.said.code == 3 {
            scene.person.types("conflicts resolve --all --keep both");
        }
        scene.sync().ends(0);
        scene.is_in_step();
    }
}

#[test]
fn two_files_change_places() {
    for scene in Scene::of_each().map(Scene::in_step) {
        scene.rename("a/x.txt", "t");
        scene.rename("a/y.txt", "a/x.txt");
        scene.rename("t", "a/y.txt");
        scene.sync().ends(0);
        assert_eq!(scene.texts("a/x.txt"), [Some("y1".to_owned()), Some("y1".to_owned())]);
        scene.is_in_step();
    }
}

#[test]
fn f39_a_file_and_a_folder_change_places() {
    for scene in Scene::of_each().map(Scene::in_step) {
        scene.rename("a", "was a folder");
        scene.write("a", "now a file");
        scene.remove("b.txt");
        scene.write("b.txt/inside", "now a folder");
        scene.sync().ends(0);
        assert_eq!(scene.texts("a")[1].as_deref(), Some("now a file"));
        assert_eq!(scene.texts("b.txt/inside")[1].as_deref(), Some("now a folder"));
        scene.is_in_step();
    }
}

#[test]
fn a_folder_deleted_there_keeps_what_was_made_in_it_here() {
    for scene in Scene::of_each().map(Scene::in_step) {
        scene.delete("a/x.txt");
        scene.delete("a/y.txt");
        scene.write("a/new.txt", "new");
        scene.sync().ends(0).did(&[("deleted_local", 2), ("uploaded", 1)]);
        assert_eq!(scene.texts("a/new.txt")[1].as_deref(), Some("new"));
        scene.is_in_step();
    }
}

#[test]
fn a_folder_deleted_here_goes_there_too() {
    for scene in Scene::of_each().map(Scene::in_step) {
        fs::remove_dir_all(scene.path("a")).unwrap();
        scene.sync().ends(0).did(&[("deleted_remote", 2)]);
        scene.is_in_step();
    }
    let scene = Scene::of_folders().in_step();
    fs::remove_dir_all(scene.path("a")).unwrap();
    scene.sync().ends(0);
    assert!(!scene.nas("a").exists());
}

#[test]
fn empty_folders_travel_where_the_service_has_folders() {
    for scene in Scene::of_each() {
        fs::create_dir_all(scene.path("empty/inner")).unwrap();
        scene.write("a.txt", "a");
        scene.sync().ends(0).did(&[("uploaded", 1)]);
        scene.is_in_step();
    }
    let scene = Scene::of_folders();
    fs::create_dir_all(scene.path("empty/inner")).unwrap();
    fs::create_dir_all(scene.nas("theirs")).unwrap();
    scene.sync().ends(0);
    assert!(scene.nas("empty/inner").is_dir() && scene.path("theirs").is_dir());
    fs::remove_dir(scene.nas("empty/inner")).unwrap();
    scene.sync().ends(0);
    assert!(!scene.path("empty/inner").exists());
}

const NAMES: [&str; 14] = [
    " leading and trailing ",
    "#1?&+=;,@!$'()*.txt",
    "%41 50% 100%25",
    "-rf",
    "CON",
    "Ísland/Þingvellir öxará.txt",
    "\"quoted\" 'name' `ls` $(id)",
    "dot.",
    "emoji 🎉👩‍👩‍👧.md",
    "e\u{301} and é",
    "with space/and more  space",
    "~$a.docx [x]{y}<z>|:*",
    "日本語/ファイル.txt",
    "back\\slash",
];

#[test]
fn names_go_as_they_are() {
    for scene in Scene::of_each() {
        for name in NAMES {
            scene.write(name, format!("content of {name}"));
        }
        scene.sync().ends(0).did(&[("uploaded", NAMES.len() as u64)]);
        scene.is_in_step();
        for name in NAMES {
            scene.write(name, format!("content of {name}, edited"));
        }
        scene.sync().ends(0).did(&[("uploaded", NAMES.len() as u64)]);
        for name in NAMES {
            scene.remove(name);
        }
        scene.write("rest", "rest");
        scene.sync_with("--confirm-deletes").ends(0);
        scene.is_in_step();
        assert_eq!(scene.there().len(), 1);
    }
}

#[test]
fn names_come_as_they_are() {
    for scene in Scene::of_each() {
        for name in NAMES {
            scene.put(name, format!("content of {name}"));
        }
        let said = scene.sync().ends(5).did(&[("downloaded", NAMES.len() as u64 - 1)]);
        said.problems(&[("back\\slash", "name-unsupported")]).explains(&["a backslash", "Rename it"]);
        scene.delete("back\\slash");
        scene.forget("content of back\\slash");
        scene.sync().ends(0);
        scene.is_in_step();
    }
}

#[test]
fn names_with_a_percent_sign_and_their_decoded_twins_are_two_files() {
    for scene in Scene::of_each() {
        scene.write("a%20b", "percent");
        scene.write("a b", "space");
        scene.put("x%2Fy", "percent");
        scene.put("x/y", "slash");
        scene.sync().ends(0).did(&[("uploaded", 2), ("downloaded", 2)]);
        scene.is_in_step();
    }
}

#[test]
fn sizes_from_nothing_to_seventy_megabytes_go_both_ways() {
    let sizes = [0, 1, (8 << 20) - 1, 8 << 20, LARGE, 70 << 20];
    let scene = Scene::new();
    for (seed, size) in (1..).zip(sizes) {
        scene.write(&format!("here/{size}"), noise(seed, size));
        scene.put(&format!("there/{size}"), noise(seed + 100, size));
    }
    let bytes: usize = sizes.iter().sum();
    let said = scene.sync().ends(0).did(&[("uploaded", 6), ("downloaded", 6)]);
    assert_eq!((&said.pair["bytes_up"], &said.pair["bytes_down"]), (&bytes.into(), &bytes.into()));
    scene.is_in_step();
}
