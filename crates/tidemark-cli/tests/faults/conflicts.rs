//! Both sides changed: what waits, what a decision makes of it, and what rules decide by themselves.

use std::time::{Duration, SystemTime};

use tidemark_tests::fake::evo::{Effect, Endpoint, FakeEvo, Fault};

use crate::scene::Scene;

const KINDS: [&str; 4] = ["both-changed", "both-created", "delete-edit", "edit-delete"];

/// For each kind a file `KIND.DECISION` that both sides treated differently since they were in step.
fn all_kinds(scene: &Scene, decisions: &[&str]) {
    for decision in decisions {
        for kind in KINDS.iter().filter(|kind| **kind != "both-created") {
            std::fs::write(scene.path(&format!("{kind}.{decision}")), format!("base of {kind}.{decision}"))
                .unwrap();
        }
    }
    scene.write("other.txt", "other");
    scene.sync().ends(0);
    for path in decisions.iter().flat_map(|decision| KINDS.map(|kind| format!("{kind}.{decision}"))) {
        match path.starts_with("delete-edit") {
            true => scene.remove(&path),
            false => scene.write(&path, format!("mine, {path}")),
        }
        match path.starts_with("edit-delete") {
            true => scene.delete(&path),
            false => scene.put(&path, format!("theirs: {path}")),
        }
    }
}

/// Both sides are equal there, and hold this; `None`: nothing.
#[track_caller]
fn both_hold(scene: &Scene, path: &str, text: Option<&str>) {
    let text = text.map(str::to_owned);
    assert_eq!(scene.texts(path), [text.clone(), text], "{path}");
}

/// The one copy that was made of a file.
#[track_caller]
fn copy_of(scene: &Scene, path: &str) -> String {
    let stem = path.split('.').next().unwrap();
    let end = path.trim_start_matches(stem);
    let copies: Vec<String> = scene
        .here()
        .into_keys()
        .filter(|name| name.starts_with(&format!("{stem} (conflict, ")) && name.ends_with(end))
        .collect();
    assert_eq!(copies.len(), 1, "{copies:?}");
    copies[0].clone()
}

#[test]
fn conflicts_of_every_kind_wait_and_end_with_each_decision() {
    for scene in Scene::of_each() {
        let decisions = ["both", "local", "merged", "remote"];
        all_kinds(&scene, &decisions);
        let (here, there) = (scene.here(), scene.there());
        let waiting: Vec<(String, &str)> = KINDS
            .iter()
            .flat_map(|kind| decisions.map(|decision| (format!("{kind}.{decision}"), *kind)))
            .collect();
        let waiting: Vec<(&str, &str)> = waiting.iter().map(|(path, kind)| (path.as_str(), *kind)).collect();
        for _ in 0..2 {
            scene.sync().ends(3).did(&[]).conflicts(&waiting);
            assert!(scene.here() == here && scene.there() == there, "something was touched");
        }
        scene.person.writes("merged.txt", "mine and theirs");
        for (number, decision) in decisions.iter().enumerate() {
            let words = match *decision {
                "merged" => "--merged merged.txt".to_owned(),
                keep => format!("--keep {keep}"),
            };
            for (at, kind) in KINDS.iter().enumerate() {
                let is_last = number == decisions.len() - 1 && at == KINDS.len() - 1;
                scene.resolve(&format!("{kind}.{decision}"), &words).ends(if is_last { 0 } else { 3 });
            }
        }
        scene.remembered("mine and theirs");
        for kind in KINDS {
            let path = |decision: &str| format!("{kind}.{decision}");
            let mine = |decision: &str| (kind != "delete-edit").then(|| format!("mine, {}", path(decision)));
            let theirs =
                |decision: &str| (kind != "edit-delete").then(|| format!("theirs: {}", path(decision)));
            both_hold(&scene, &path("local"), mine("local").as_deref());
            both_hold(&scene, &path("remote"), theirs("remote").as_deref());
            both_hold(&scene, &path("merged"), Some("mine and theirs"));
            both_hold(&scene, &path("both"), theirs("both").or(mine("both")).as_deref());
            if kind.starts_with("both") {
                both_hold(&scene, &copy_of(&scene, &path("both")), mine("both").as_deref());
            }
        }
        scene.is_in_step();
    }
}

/// A text is remembered here, whatever the service keeps; another content comes from the service's history.
#[test]
fn what_both_sides_came_from_is_kept_and_comes_back() {
    let text = Scene::of_each().map(|scene| (scene, b"base\n".to_vec()));
    for (scene, base) in text.into_iter().chain([(Scene::new(), b"base\0binary".to_vec())]) {
        scene.write("first/a", base.clone());
        scene.sync().ends(0);
        scene.rename("first", "a");
        scene.sync().ends(0);
        scene.write("a/a", "mine");
        scene.put("a/a", "theirs");
        scene.sync().ends(3);
        let shown = scene.person.types("--json conflicts show 1").json();
        let id = shown["conflict"]["base_kept"].as_str().unwrap().to_owned();
        scene.person.types("conflicts show 1").succeeded().said(&format!("--version {id} --to FILE"));
        scene.person.types(&format!("restore docs a/a --version {id} --to $DIR/base")).succeeded();
        assert_eq!(scene.person.reads("base").as_bytes(), base);
        assert_eq!(scene.person.types("--json kept list").json()["kept"], serde_json::json!([]));
        scene.resolve("a/a", "--keep both");
        scene.is_in_step();
    }
}

#[test]
fn a_file_here_and_a_folder_there() {
    for decision in ["local", "remote", "both"] {
        for scene in Scene::of_each() {
            scene.write("thing", "a file");
            scene.put("thing/inside.txt", "a folder");
            scene.sync().ends(3).conflicts(&[("thing", "file-folder")]);
            assert_eq!(scene.texts("thing")[0].as_deref(), Some("a file"));
            assert_eq!(scene.texts("thing/inside.txt")[1].as_deref(), Some("a folder"));
            scene.resolve("thing", &format!("--keep {decision}"));
            scene.sync().ends(0);
            both_hold(&scene, "thing", Some("a file").filter(|_| decision == "local"));
            both_hold(&scene, "thing/inside.txt", Some("a folder").filter(|_| decision != "local"));
            if decision == "both" {
                both_hold(&scene, &copy_of(&scene, "thing"), Some("a file"));
            }
            scene.is_in_step();
        }
    }
}

#[test]
fn f54_one_file_moved_to_two_places() {
    for decision in ["local", "remote", "both"] {
        let scene = Scene::of_folders();
        scene.write("a.txt", "moved");
        scene.write("other.txt", "other");
        scene.sync().ends(0);
        scene.rename("a.txt", "here.txt");
        scene.move_there("a.txt", "there.txt");
        scene.sync().ends(3).did(&[]).conflicts(&[("here.txt", "move-move")]);
        scene.resolve("here.txt", &format!("--keep {decision}"));
        scene.sync().ends(0);
        both_hold(&scene, "here.txt", Some("moved").filter(|_| decision == "local"));
        both_hold(&scene, "there.txt", Some("moved").filter(|_| decision != "local"));
        scene.is_in_step();
    }
}

#[test]
fn the_same_made_on_both_sides_is_no_conflict() {
    for scene in Scene::of_each() {
        scene.write("a.txt", "same");
        scene.put("a.txt", "same");
        scene.write("b.txt", "base");
        scene.sync().ends(0);
        assert_eq!(scene.here().len(), 2);
        scene.write("b.txt", "the same edit");
        scene.put("b.txt", "the same edit");
        scene.forget("base");
        scene.sync().ends(0);
        assert_eq!(scene.here().len(), 2);
        scene.is_in_step();
    }
}

#[test]
fn rules_decide_by_themselves() {
    for (rule, changed, edited, deleted) in [
        ("keep-both", "theirs", true, true),
        ("newest", "", true, true),
        ("local", "mine", true, false),
        ("remote", "theirs", false, true),
    ] {
        let scene = Scene::with(FakeEvo::with(), &format!("--on-conflict {rule}"));
        for (path, text) in
            [("x.txt", "x1"), ("y.txt", "y1"), ("edited", "e1"), ("deleted", "d1"), ("b", "b1")]
        {
            scene.write(path, text);
        }
        scene.sync().ends(0);
        let times = [("x.txt", 3600), ("y.txt", 7200)].into_iter();
        for (path, seconds) in times {
            scene.write(path, "mine");
            let time = SystemTime::UNIX_EPOCH.checked_add(later(&scene, seconds)).unwrap();
            std::fs::File::options().append(true).open(scene.path(path)).unwrap().set_modified(time).unwrap();
        }
        scene.write("edited", "e2 here");
        scene.remove("deleted");
        scene.evo().clock().advance(jiff::SignedDuration::from_secs(5400));
        scene.put("x.txt", "theirs");
        scene.put("y.txt", "theirs");
        scene.delete("edited");
        scene.put("deleted", "d2 there");
        scene.sync().ends(0);
        let newest = rule == "newest";
        both_hold(&scene, "x.txt", Some(if newest { "theirs" } else { changed }));
        both_hold(&scene, "y.txt", Some(if newest { "mine" } else { changed }));
        both_hold(&scene, "edited", Some("e2 here").filter(|_| edited));
        both_hold(&scene, "deleted", Some("d2 there").filter(|_| deleted));
        if rule == "keep-both" {
            both_hold(&scene, &copy_of(&scene, "x.txt"), Some("mine"));
            both_hold(&scene, &copy_of(&scene, "y.txt"), Some("mine"));
        }
        scene.is_in_step();
    }
}

/// So many seconds after now, since the epoch.
fn later(scene: &Scene, seconds: u64) -> Duration {
    let now = scene.evo().clock().now().as_millisecond();
    Duration::from_millis(u64::try_from(now).unwrap()) + Duration::from_secs(seconds)
}

/// Somebody else's version comes between ours and the one that ours was to follow.
fn overtaken() -> Scene {
    let scene = Scene::new().in_step();
    scene.write("a/x.txt", "ours");
    let race = Effect::RaceVersion { content: "their content".into() };
    scene.remembered("their content");
    scene.fault(Fault::new(race).at([Endpoint::LinkById]).first(1));
    scene.sync().ends(3).did(&[("uploaded", 1)]).conflicts(&[("a/x.txt", "overtaken")]);
    scene.nothing_is_lost();
    scene
}

#[test]
fn a_lost_race_waits_for_a_decision() {
    for (decision, text) in [("local", "ours"), ("remote", "their content"), ("both", "ours")] {
        let scene = overtaken();
        let shown = scene.person.types("conflicts list").succeeded();
        shown.said("a/x.txt").said("while it was written");
        scene.sync().ends(3).did(&[]);
        scene.resolve("a/x.txt", &format!("--keep {decision}")).ends(0);
        both_hold(&scene, "a/x.txt", Some(text));
        if decision == "both" {
            let mut names = scene.here().into_keys().filter(|path| path.starts_with("a/x (conflict, "));
            both_hold(&scene, &names.next_back().unwrap(), Some("their content"));
        }
        scene.is_in_step();
    }
}

#[test]
fn a_version_that_follows_ours_at_once_comes_here() {
    let scene = Scene::new().in_step();
    scene.write("a/x.txt", "ours");
    scene.remembered("their content");
    let race = Effect::RaceVersion { content: "their content".into() };
    scene.fault(Fault::new(race).at([Endpoint::PutBlob]).first(1));
    scene.sync();
    scene.sync().ends(0);
    both_hold(&scene, "a/x.txt", Some("their content"));
    scene.is_in_step();
}
