//! Services that call their files what they shouldn't, or leave fields out: nothing is written outside of the folder, and
//! everything else goes on.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tidemark_tests::fake::evo::{Effect, Endpoint, Fault};

use crate::scene::Scene;

/// Everything that lies beside `docs`, and in it.
fn names_around(scene: &Scene) -> BTreeSet<String> {
    let beside = std::fs::read_dir(scene.person.path("")).unwrap();
    let beside = beside.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    beside.chain(scene.here().into_keys()).collect()
}

/// In the listing the first file has another value there.
fn patched(pointer: &str, value: &Value) -> Fault {
    let effect = Effect::PatchJson { pointer: pointer.into(), value: value.clone() };
    Fault::new(effect).at([Endpoint::List])
}

fn evil_first() -> Scene {
    let scene = Scene::new();
    scene.put("Aevil", "evil");
    scene.put("good.txt", "good");
    scene
}

fn is_left_there(scene: &Scene, pointer: &str, value: &Value) {
    let before = names_around(scene);
    scene.fault(patched(pointer, value));
    let said = scene.sync().ends(5);
    let problem = &said.pair["problems"][0];
    let code = problem["code"].as_str().unwrap();
    assert!(["unsafe-path", "name-unsupported"].contains(&code), "{value}: {problem:#}");
    let mut after = names_around(scene);
    after.remove("good.txt");
    assert_eq!(after, &before - &BTreeSet::from(["good.txt".to_owned()]), "{value}");
    assert_eq!(scene.texts("good.txt")[0].as_deref(), Some("good"), "{value}");
    let text = scene.person.types("sync").ended_with(5);
    assert!(!text.stdout.contains(['\u{202e}', '\0', '\r', '\u{1b}']), "{value}: {:?}", text.stdout);
    assert!(text.stdout.lines().all(|line| line.chars().count() < 900), "{value}: {:?}", text.stdout);
    scene.evo().heal();
}

#[test]
fn names_that_lead_elsewhere_are_left_there() {
    let scene = evil_first();
    for name in ["../x", "..", ".", "", "a/b", "/abs", ".tidemark", "x\0y", "n\nl", "c\rr", "esc\u{1b}[31m"] {
        is_left_there(&scene, "/files/0/name", &json!(name));
    }
    is_left_there(&scene, "/files/0/name", &json!("n".repeat(300)));
    scene.sync().ends(0);
    scene.is_in_step();
}

#[test]
fn paths_that_lead_elsewhere_are_left_there() {
    let scene = evil_first();
    for path in ["/../", "../../etc/", "/a/../../", "/a//b/", "/.tidemark/", "/x\0y/", "/./"] {
        is_left_there(&scene, "/files/0/path", &json!(path));
    }
    scene.sync().ends(0);
    scene.is_in_step();
}

#[test]
fn names_that_fool_the_eye_are_shown_escaped_or_left_there() {
    for name in ["\u{202e}txt.exe", "back\\slash", "C:", "CON"] {
        let scene = evil_first();
        let before = names_around(&scene);
        scene.fault(patched("/files/0/name", &json!(name)));
        let said = scene.sync();
        assert!([0, 5].contains(&said.said.code), "{name:?}: {:#}", said.pair);
        let new: Vec<String> = names_around(&scene).difference(&before).cloned().collect();
        assert!(new.iter().all(|path| path == "good.txt" || path == name), "{new:?}");
        let text = scene.person.types("sync");
        assert!(!text.stdout.contains('\u{202e}') && !text.stderr.contains('\u{202e}'), "{text:?}");
    }
}

#[test]
fn fields_that_are_missing_or_of_another_type_change_nothing() {
    let scene = evil_first();
    scene.sync().ends(0);
    let here = scene.here();
    for field in ["/files/0/version_id", "/files/0/file_id", "/files/0/path", "/files/0/name"] {
        let faults = [Effect::DropField { pointer: field.into() }].into_iter().chain(
            [json!([]), json!({"a": 1}), json!(true), json!(1.5e300)]
                .map(|value| Effect::PatchJson { pointer: field.into(), value }),
        );
        for effect in faults {
            scene.fault(Fault::new(effect.clone()).at([Endpoint::List]));
            let said = scene.sync().did(&[]);
            assert!(scene.here() == here, "{effect:?}: {:#}", said.pair);
            assert!(!said.said.stderr.contains("panicked"), "{effect:?}: {}", said.said.stderr);
            scene.evo().heal();
        }
    }
    scene.sync().ends(0).did(&[]);
    scene.is_in_step();
}
