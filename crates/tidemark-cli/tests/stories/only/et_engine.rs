//! ET Engine shows names and sizes only: an edit of the same size is found by comparing contents, and never lost.

use std::rc::Rc;

use tidemark_tests::fake::et_engine::FakeEtEngine;

use crate::places::EtEngine;
use crate::scene::Scene;

fn comparison(scene: &Scene) -> String {
    let status = scene.types("--json status").json();
    status["pairs"][0]["comparison"].as_str().unwrap().to_owned()
}

#[test]
fn an_edit_of_the_same_size_is_seen_where_contents_are_compared() {
    let scene = Scene::at(EtEngine::start()).in_step();
    scene.put("a/x.txt", "x9");
    scene.sync().ends(0).did(&[]);
    let said = comparison(&scene);
    assert!(
        said.contains("of the same size isn't seen") && said.contains("Contents aren't compared"),
        "{said}"
    );
    scene.types("pair set docs verify=always").succeeded();
    scene.sync().ends(0).did(&[("downloaded", 1)]);
    assert_eq!(scene.texts("a/x.txt")[0].as_deref(), Some("x9"));
    assert_eq!(scene.kept(), ["a/x.txt"]);
    let said = comparison(&scene);
    assert!(said.contains("compared with each look (last at 2"), "{said}");
}

#[test]
fn contents_are_compared_once_a_day_or_never() {
    let scene = Scene::at(EtEngine::start()).in_step();
    scene.types("pair set docs verify=daily").succeeded();
    scene.put("a/x.txt", "x9");
    scene.sync().ends(0).did(&[("downloaded", 1)]);
    scene.put("a/x.txt", "x8");
    scene.sync().ends(0).did(&[]);
    assert!(comparison(&scene).contains("once a day"), "{}", comparison(&scene));
    scene.types("pair set docs verify=never").succeeded();
    scene.sync().ends(0).did(&[]);
    scene.types("pair set docs verify=often").ended_with(2).complained("never, daily, always");
}

#[test]
fn an_unseen_edit_is_found_before_it_would_be_overwritten() {
    let scene = Scene::at(EtEngine::start()).in_step();
    scene.put("a/x.txt", "x9");
    scene.write("a/x.txt", "x of mine");
    scene.forget("x1");
    scene.sync().ends(3).did(&[]).conflicts(&[("a/x.txt", "both-changed")]);
    assert_eq!(scene.texts("a/x.txt")[1].as_deref(), Some("x9"));
    scene.resolve("a/x.txt", "--keep local").ends(0);
    assert_eq!(scene.kept(), ["a/x.txt"]);
    scene.is_in_step();
}

#[test]
fn an_unseen_edit_is_found_before_it_would_be_deleted() {
    let scene = Scene::at(EtEngine::start()).in_step();
    scene.put("b.txt", "b9");
    scene.remove("b.txt");
    scene.forget("b1");
    scene.sync().ends(3).did(&[]).conflicts(&[("b.txt", "delete-edit")]);
    assert_eq!(scene.texts("b.txt")[1].as_deref(), Some("b9"));
    scene.resolve("b.txt", "--keep both").ends(0);
    assert_eq!(scene.texts("b.txt")[0].as_deref(), Some("b9"));
    scene.is_in_step();
}

#[test]
fn empty_files_go_where_the_service_takes_them() {
    let place = Rc::new(EtEngine::of(FakeEtEngine::with().takes_empty_files()));
    let scene = Scene::before(place.clone());
    scene.write("empty", "");
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    scene.is_in_step();

    let scene = Scene::at(EtEngine::start());
    scene.write("empty", "");
    scene.write("full", "full");
    scene.sync().ends(5).did(&[("uploaded", 1)]).explains(&["empty", "takes no empty files"]);
    let asked = scene.sync().ends(5).did(&[]).pair["requests"].as_u64().unwrap();
    assert!(asked <= 3, "it isn't tried again: {asked} requests");
}
