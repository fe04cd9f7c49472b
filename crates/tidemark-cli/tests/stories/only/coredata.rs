//! CoreData's files carry tags, contacts and a dynatype, which are other people's.

use std::rc::Rc;

use tidemark_tests::fake::coredata::{FakeCoreData, FileView};

use crate::places::CoreData;
use crate::scene::Scene;

fn file(place: &CoreData, path: &str) -> FileView {
    place.0.file(&CoreData::full(path)).unwrap()
}

#[test]
fn what_others_said_of_a_file_stays_over_edit_rename_and_move() {
    let place = Rc::new(CoreData::start());
    let scene = Scene::before(place.clone()).in_step();
    place.0.describe(&CoreData::full("a/y.txt"), "A title", "Report", &["one", "two"], &["anna"]);
    scene.sync().ends(0).did(&[]);
    scene.rename("a/y.txt", "a/renamed.txt");
    scene.sync().ends(0).did(&[("moved_remote", 1)]);
    scene.rename("a/renamed.txt", "new/folder/moved.txt");
    scene.sync().ends(0).did(&[("moved_remote", 1)]);
    scene.write("new/folder/moved.txt", "another content");
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    let described = file(&place, "new/folder/moved.txt");
    assert_eq!(
        (described.dynatype.as_str(), described.tags, described.contacts),
        ("Report", vec!["one".to_owned(), "two".to_owned()], vec!["anna".to_owned()],)
    );
    scene.is_in_step();
}

#[test]
fn what_a_pair_says_of_new_files_is_said_of_them() {
    let place = Rc::new(CoreData::start());
    let scene = Scene::before(place.clone());
    scene.types("pair set docs tags=alpha,beta dynatype=Memo").succeeded();
    scene.types("pair show docs").succeeded().said("alpha,beta").said("Memo");
    scene.write("new.txt", "new");
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    let new = file(&place, "new.txt");
    assert_eq!((new.dynatype.as_str(), new.tags), ("Memo", vec!["alpha".to_owned(), "beta".to_owned()]));
    scene.is_in_step();
}

#[test]
fn a_tenant_without_new_folders_is_told_which_to_make() {
    let scene = Scene::at(CoreData::of(FakeCoreData::with().makes_no_folders(405)));
    scene.write("top.txt", "top");
    scene.write("folder/inside.txt", "inside");
    let said = scene.sync().ends(5).did(&[("uploaded", 1)]);
    let problems = said.pair["problems"].as_array().unwrap();
    assert!(
        problems.iter().any(|problem| problem["message"].as_str().unwrap().contains("folder")),
        "{:#}",
        said.pair
    );
    scene.sync().ends(5).did(&[]);
}
