//! Both sides changed the same file.

use tidemark_providers::capabilities::ConditionalWrite;

use crate::scene::Scene;

const DECISIONS: [&str; 4] = ["both", "local", "merged", "remote"];

/// The words of a decision.
fn words(scene: &Scene, decision: &str) -> String {
    match decision {
        "merged" => {
            scene.person.writes("merged.txt", "mine and theirs");
            scene.remembered("mine and theirs");
            "--merged merged.txt".to_owned()
        }
        keep => format!("--keep {keep}"),
    }
}

/// Both sides hold this text; `None`: nothing.
#[track_caller]
fn both_hold(scene: &Scene, path: &str, text: Option<&str>) {
    let text = text.map(str::to_owned);
    assert_eq!(scene.texts(path), [text.clone(), text], "{path}");
}

pub(crate) fn edit_against_edit_ends_with_each_decision(scene: Scene) {
    if !scene.is_shared() {
        return;
    }
    for decision in DECISIONS {
        scene.write(decision, format!("base of {decision}"));
    }
    scene.sync().ends(0);
    for decision in DECISIONS {
        scene.write(decision, format!("mine, {decision}"));
        scene.put(decision, format!("theirs, of {decision}"));
        scene.forget(&format!("base of {decision}"));
    }
    let (here, there) = (scene.here(), scene.there());
    for _ in 0..2 {
        let waiting = DECISIONS.map(|path| (path, "both-changed"));
        scene.sync().ends(3).did(&[]).conflicts(&waiting);
        assert!(scene.here() == here && scene.there() == there, "nothing is touched while it waits");
    }
    for decision in DECISIONS {
        scene.resolve(decision, &words(&scene, decision));
    }
    both_hold(&scene, "local", Some("mine, local"));
    both_hold(&scene, "remote", Some("theirs, of remote"));
    both_hold(&scene, "merged", Some("mine and theirs"));
    both_hold(&scene, "both", Some("theirs, of both"));
    let (held_here, held_there, here) = (here, there, scene.here());
    let copy = here.iter().find(|(path, _)| path.starts_with("both (conflict")).unwrap();
    assert_eq!(copy.1, b"mine, both");
    scene.is_in_step();
    let made = scene.person.types("--json conflicts list --resolved").json()["resolutions"].clone();
    let ids: Vec<String> = made.as_array().unwrap().iter().map(|row| row["id"].to_string()).collect();
    scene.person.types(&format!("conflicts undo {}", ids.join(" "))).ended_with(3);
    assert!(scene.here() == held_here && scene.there() == held_there, "both hold what they held");
}

pub(crate) fn edit_against_delete_ends_with_each_decision(scene: Scene) {
    let kinds: &[&str] = if scene.is_shared() { &["edit-delete", "delete-edit"] } else { &["edit-delete"] };
    for kind in kinds {
        for decision in DECISIONS {
            scene.write(&format!("{kind}.{decision}"), format!("base of {kind}.{decision}"));
        }
    }
    scene.write("other", "other");
    scene.sync().ends(0);
    let paths: Vec<String> =
        kinds.iter().flat_map(|kind| DECISIONS.map(|decision| format!("{kind}.{decision}"))).collect();
    for path in &paths {
        match path.starts_with("edit") {
            true => {
                scene.write(path, format!("mine, {path}"));
                scene.delete(path);
                // What the others deleted was theirs to delete.
                scene.forget(&format!("base of {path}"));
            }
            false => {
                scene.remove(path);
                scene.put(path, format!("theirs: {path}"));
                scene.forget(&format!("base of {path}"));
            }
        }
    }
    let said = scene.sync().ends(3).did(&[]);
    assert_eq!(said.pair["conflicts"].as_array().unwrap().len(), paths.len(), "{:#}", said.pair);
    for path in &paths {
        scene.resolve(path, &words(&scene, path.split_once('.').unwrap().1));
    }
    for kind in kinds {
        let edit = |decision: &str| match *kind {
            "edit-delete" => format!("mine, {kind}.{decision}"),
            _ => format!("theirs: {kind}.{decision}"),
        };
        let (wins, loses) = if *kind == "edit-delete" { ("local", "remote") } else { ("remote", "local") };
        both_hold(&scene, &format!("{kind}.{wins}"), Some(&edit(wins)));
        both_hold(&scene, &format!("{kind}.{loses}"), None);
        both_hold(&scene, &format!("{kind}.merged"), Some("mine and theirs"));
        both_hold(&scene, &format!("{kind}.both"), Some(&edit("both")));
    }
    scene.is_in_step();
}

/// Somebody writes the file while our edit of it is on its way: theirs and ours can be had afterwards.
pub(crate) fn an_edit_that_somebody_overtakes_loses_nothing(scene: Scene) {
    if !scene.is_shared() {
        return;
    }
    let scene = scene.in_step();
    scene.write("a/x.txt", "x, mine");
    let said =
        scene.sync_during(scene.place.overtaken_at(), || scene.put("a/x.txt", "x, and this is theirs"));
    assert!([0, 3].contains(&said.said.code), "{:#}\n{}", said.pair, said.said.stderr);
    let kind = match scene.able.conditional_write {
        ConditionalWrite::DetectAfter => "overtaken",
        ConditionalWrite::Native | ConditionalWrite::LookBefore => "both-changed",
    };
    scene.sync().ends(3).conflicts(&[(&scene.at_path("a/x.txt"), kind)]);
    scene.resolve("a/x.txt", "--keep both").ends(0);
    let here = scene.here();
    let contents = |text: &str| here.values().filter(|content| *content == text.as_bytes()).count();
    assert_eq!([contents("x, mine"), contents("x, and this is theirs")], [1, 1]);
    scene.is_in_step();
}
